"""What follows from bounds for whole numbers: nothing that a plan could have is lost."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mineralplan.solving.narrowing import Narrowing
from tiny import program

FIVES = st.integers(-5, 5)


def test_a_mine_that_has_no_room_is_closed() -> None:
    """10 x + 10 y + 15 z ≤ 25 with x and y held at 1: 5 are left, so z = 0; with x alone, 15 are left and z is open."""
    area = program([1, 1, 1], [([10, 10, 15], -np.inf, 25)])
    narrow = Narrowing(area)

    both, one = narrow(np.array([1.0, 1, 0]), np.ones(3)), narrow(np.array([1.0, 0, 0]), np.ones(3))

    assert both is not None and both[1].tolist() == [1, 1, 0]
    assert one is not None and one[1].tolist() == [1, 1, 1]


def test_what_a_row_needs_is_opened_and_what_cannot_be_is_said() -> None:
    """2x + y ≥ 2 with x held at 0 asks for y ≥ 2, which is more than 1: nothing. With x free, x must be 1."""
    need = program([1, 1], [([2, 1], 2, np.inf)])
    narrow = Narrowing(need)

    assert narrow(np.zeros(2), np.array([0.0, 1])) is None
    open_ = narrow(np.zeros(2), np.ones(2))
    assert open_ is not None and open_[0].tolist() == [1, 0]


@given(st.lists(st.tuples(st.tuples(FIVES, FIVES, FIVES), FIVES), min_size=1, max_size=3),
       st.tuples(*[st.sampled_from([(0, 1), (0, 0), (1, 1)])] * 3))
def test_no_whole_point_is_lost(
    rows: list[tuple[tuple[int, int, int], int]], bounds: tuple[tuple[int, int], ...],
) -> None:
    """Every point of 0 and 1 within the bounds that keeps all rows is within the narrower bounds, too."""
    given_rows = [(list(row), -np.inf, most) for row, most in rows]
    lower, upper = (np.array(side, dtype=float) for side in zip(*bounds, strict=True))
    points = [np.array(p, dtype=float) for p in product((0, 1), repeat=3)
              if ((lower <= p) & (p <= upper)).all() and all(np.dot(row, p) <= most for row, most in rows)]

    found = Narrowing(program([1, 1, 1], given_rows))(lower, upper)

    assert found is not None or not points
    assert found is None or all(((found[0] <= p) & (p <= found[1])).all() for p in points)
