"""The map of demand of the small region: First with 60 % of 10 to 10.6 × 10⁴ people, Second with 40 %, one neighbour.

A head takes 4 t of aggregate and 1 t of bricks; three quarters of the bricks are used in First.
"""

from __future__ import annotations

import pytest
from artists import by_gid, said, tables_with, texts

from mineralplan.loading import load
from mineralplan.projection import Projection, project_demand
from mineralplan.report.figures import demand_map, draw_demand
from mineralplan.report.figures.placing import GAP, Placer
from small_region import write_small_region


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Projection:
    return project_demand(load(write_small_region(tmp_path_factory.mktemp("small")).scenario), draws=8)


def test_circles_are_as_large_as_the_demand_of_the_township(small: Projection) -> None:
    """In the target year 2022, 32.76 in First and 19.24 in Second, together 52.

    Aggregate 41.6 × 60 % = 24.96 and bricks 10.4 × 75 % = 7.8 in First, 16.64 and 2.6 in Second. The neighbour's 5 are
    an export, no demand of the district.
    """
    figure = small.figures.demand_map()
    (circles,) = by_gid(figure, "demand")
    assert [tuple(point) for point in circles.get_offsets()] == [(108.4, 31.2), (108.5, 31.2)]
    first, second = circles.get_sizes()
    assert first == pytest.approx(demand_map.LARGEST_CIRCLE)
    assert second / first == pytest.approx(19.24 / 32.76)
    found = texts(figure)
    assert {"First 32.8", "Second 19.2", "Neighbour 5", "Export to a neighbour", "52.0"} <= set(found)
    assert "Where demand arises: all uses in 10⁴ t, 2022" in found


def test_the_map_of_one_use_and_year(small: Projection) -> None:
    """Bricks of 2023: 10.6 × 75 % = 7.95 and 10.6 × 25 % = 2.65; nobody outside buys any."""
    figure = small.figures.demand_map(year=2023, use="bricks")
    found = texts(figure)
    assert {"First 7.95", "Second 2.65", "Where demand arises: Bricks, 2023"} <= set(found)
    assert "Neighbour" not in said(figure)
    assert "Export to a neighbour" not in found


def test_exports_are_shown_in_their_years_and_only_when_they_count(small: Projection) -> None:
    """The neighbour buys from 2022 on, and nothing where the scenario switches exports off."""
    assert "Neighbour" not in said(small.figures.demand_map(year=2021))
    off = tables_with(small, exports=small.tables.exports.assign(on=False))
    assert "Neighbour" not in said(draw_demand("demand_map", small.case, off))


def test_a_township_without_demand_keeps_its_name_and_a_map_without_any_says_so(small: Projection) -> None:
    table = small.tables.demand
    none = table["central"].where(table["zone"] != "T2", 0.0)
    found = texts(draw_demand("demand_map", small.case, tables_with(small, demand=table.assign(central=none))))
    assert "Second" in found
    figure = draw_demand("demand_map", small.case, tables_with(small, demand=table.assign(central=0.0)))
    assert not figure.axes
    assert "Nothing to show" in said(figure)


def test_unknown_years_and_uses_are_refused(small: Projection) -> None:
    with pytest.raises(ValueError, match="2020 to 2023"):
        small.figures.demand_map(year=2024)
    with pytest.raises(ValueError, match=r"no use 'sand'.*aggregate, bricks"):
        small.figures.demand_map(use="sand")


@pytest.mark.parametrize(("largest", "count"), [(1234.5, 0), (100.0, 0), (99.0, 1), (3.2, 2), (0.05, 4)])
def test_the_largest_figure_has_three_digits(largest: float, count: int) -> None:
    assert demand_map.decimals(largest) == count


def test_a_name_stands_clear_of_its_circle() -> None:
    """A circle of 10 points is taken: 3.5 points from its middle there is no room, 3.5 from its edge there is."""
    placer = Placer(0, 1, 0, 1, 1.0, 2.0)
    placer.block_out(0.5, 0.5, 10)
    assert placer.place(0.5, 0.5, "Name", 7) is None
    spot = placer.place(0.5, 0.5, "Name", 7, 10)
    assert spot is not None
    assert spot.offset == pytest.approx((GAP + 10, 0))
