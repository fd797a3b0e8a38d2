"""The grid of a sweep: its order, and the tree along which plans are handed on."""

from __future__ import annotations

from itertools import pairwise

from mineralplan.analysis.sweep_grid import Axis, Grid

GRID = Grid((Axis("a", (1, 2, 3)), Axis("b", ("x", "y"))), (1, 0))
"""Base: a = 2, b = x."""


def test_points_are_numbered_with_the_last_axis_fastest() -> None:
    assert GRID.points == ((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1))
    assert GRID.size == len(GRID.points)
    assert GRID.number[1, 0] == 3
    assert GRID.values((2, 1)) == {"a": 3, "b": "y"}


def test_the_base_comes_first_and_each_parent_before_its_children() -> None:
    """One step from (1, 0) are (0, 0), (1, 1), (2, 0); two steps are (0, 1), (2, 1)."""
    rounds = list(GRID.rounds())

    assert rounds == [[(1, 0)], [(0, 0), (1, 1), (2, 0)], [(0, 1), (2, 1)]]
    for earlier, later in pairwise(rounds):
        assert all(GRID.parent(point) in earlier for point in later)


def test_a_parent_is_one_step_nearer_along_the_last_axis_first() -> None:
    """(0, 1) differs in both axes: the last one is stepped first, to (0, 0) and not to (1, 1)."""
    assert GRID.parent((0, 1)) == (0, 0)
    assert GRID.parent((2, 0)) == (1, 0)
    assert GRID.parent((1, 0)) is None
