"""The least change after which a plan exists: hand-derived amounts, every one of them applied and solved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from analysis_cases import diagnosed, only_conflict, solves

from mineralplan.analysis.conflict import TooLittleTime, compiled
from mineralplan.analysis.diagnosis import diagnose
from mineralplan.analysis.members import Member
from mineralplan.analysis.questions import Asker
from mineralplan.analysis.remedy import remedy
from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.inputs.plan import Area
from mineralplan.solving.highs import Settings
from tiny import ALL_MET, TWO_MINERALS, block, case, indicator, km, label, of_each, refused, supply

GUARANTEE = Member("supply_guarantee", "works")


def changes(given: Case) -> dict[str, dict[str, Any]]:
    """Return what each member of the only conflict has to change by itself; each was applied and solved."""
    return {remedy.members[0].name: dict(remedy.changes) for remedy in only_conflict(given).remedies}


def test_a_cap_and_a_guarantee() -> None:
    """Cap 10, 15 asked for in full with a yield of 1: the cap has to be 15, or 2/3 = 0.6666 be enough.

    Rounded to the near side 0.6667 × 15 = 10.0005 could not be met.
    """
    given = case([block("A", 30)], 15, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})

    assert changes(given) == {"output_cap": {"caps.stone": {2021: 15}},
                              "supply_guarantee": {"rules.supply_guarantee.works": {2021: 0.6666}}}
    assert [(r.total, r.proven, r.verified) for r in only_conflict(given).remedies] \
        == [(pytest.approx(5), True, True)] * 2


def test_only_the_years_that_need_it() -> None:
    """Cap 10, then 8 from 2023; 9, 12, 9, 8 are asked for in full: 2022 needs 12 and 2023 needs 9, 2024 keeps its 8."""
    given = case([block("A", 30)], {2021: 9, 2022: 12, 2023: 9, 2024: 8}, years=(2021, 2022, 2023, 2024), rules={
        "supply_guarantee": ALL_MET, "output_cap": {"stone": indicator({2021: 10, 2023: 8})}})

    assert changes(given)["output_cap"] == {"caps.stone": {2022: 12, 2023: 9, 2024: 8}}
    assert only_conflict(given).years == (2022, 2023)


def test_a_straight_line_keeps_its_other_years() -> None:
    """The guarantee runs from 0.4 to 1: 0.4, 0.6, 0.8, 1 of 10, under a cap of 7. The last two give way to 0.7.

    2021 and 2022 stay as they were; a step to 0.7 in 2023 on the same line would ask for 0.55 in 2022.
    """
    rising = indicator({2021: 0.4, 2024: 1.0}, unit="share", between="linear")
    given = case([block("A", 30)], 10, years=(2021, 2022, 2023, 2024), rules={
        "supply_guarantee": {"works": rising}, "output_cap": {"stone": indicator(7)}})

    value = changes(given)["supply_guarantee"]["rules.supply_guarantee.works"]

    assert value == pytest.approx({2021: 0.4, 2022: 0.6, 2023: 0.7, 2024: 0.7})


def test_whole_mines() -> None:
    """25 with mines of 10: three are needed and one is allowed. In fractions 2.5 would do; 10 of 25 is 0.4."""
    given = case([block(code) for code in "ABC"], 25, rules={
        "supply_guarantee": ALL_MET, "mine_count": {"all": indicator(1, unit="mines")}})

    assert changes(given) == {"mine_count": {"mines": {2021: 3}},
                              "supply_guarantee": {"rules.supply_guarantee.works": {2021: 0.4}}}


def test_a_minimum_scale_comes_down_no_further_than_it_must() -> None:
    """Blocks of 16, 12, 12 and 4 under a minimum of 20; 24 are asked for in full.

    16 + 12 suffice, with a floor of 12, which is 8 lower: what counts is the floor, and not the 4 + 8 that the mines
    are below it in all.
    """
    given = case([block("A", 16), block("B", 12), block("C", 12), block("D", 4)], 24, rules={
        "supply_guarantee": ALL_MET, "minimum_scale": {"stone": indicator(20)}})

    assert changes(given)["minimum_scale"] == {"rules.minimum_scale.stone": {2021: 12}}
    assert only_conflict(given).remedies[0].total == pytest.approx(8)


def test_a_floor_and_not_the_number_of_mines_below_it() -> None:
    """16 in full: one block of 16 is 24 below the minimum of 40, two of 32 only 8, though they are two mines.

    The fewest mines below the floor would be the one, and the floor come down to 16.
    """
    mines = [block("A", 32, area="a"), block("B", 32, area="b"), block("C", 16)]
    areas = {code: Area(zh=code, en=code, area_km2=1, mineral="stone", clause="test") for code in "ab"}
    given = case(mines, 16, areas=areas, economics=Economics(working_rate=0.25), rules={
        "supply_guarantee": ALL_MET, "minimum_scale": {"stone": indicator(40)}})

    assert changes(given)["minimum_scale"] == {"rules.minimum_scale.stone": {2021: 32}}


def test_a_share_of_large_mines() -> None:
    """65 in full need the medium mine (60) and a small one, half of the mines; alone it gives 60 of 65, 0.923."""
    given = case([block("A", 60), block("B"), block("C")], 65, rules={
        "supply_guarantee": ALL_MET, "size_share": {"all": indicator(0.6, unit="share")}})

    assert changes(given) == {"size_share": {"rules.size_share.all": {2021: 0.5}},
                              "supply_guarantee": {"rules.supply_guarantee.works": {2021: 0.923}}}


def test_imports_by_a_factor() -> None:
    """Cap 10 and imports of 4 for 15 in full: imports of 5 are 1.25 times as much."""
    given = case([block("A", 30)], 15, supplies={"I": supply("I", 5, 4)},
                 rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})

    assert changes(given)["import"] == {"supplies.I.limit_scale": {2021: 1.25}}


def test_imports_of_nothing_have_no_factor() -> None:
    """What is nothing stays nothing, however it is scaled: the amount of 5 is said, and no scenario can say it."""
    given = case([block("A", 30)], 15, supplies={"I": supply("I", 5, 0)},
                 rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})

    remedy = next(r for r in diagnosed(given).conflicts[0].remedies if r.members[0].name == "import")

    assert dict(remedy.changes) == {}
    assert [(a.old, a.new, a.name) for a in remedy.amounts] == [((0,), (5,), "")]
    assert remedy.verified


def test_a_resource() -> None:
    """25 known, half can be won; two years of 10 need 20 ÷ 0.5 = 40."""
    given = case([block("A", 10, resource=25, recovery=0.5)], 10, years=(2021, 2022),
                 rules={"supply_guarantee": ALL_MET})

    assert changes(given)["resource"] == {"blocks.A.resource_10kt": 40}


def test_a_working_rate() -> None:
    """Cap 5; the mine of 20 may give 5, a quarter of its scale, where it has to give 0.4."""
    zones = {"town": Zone("town", label("town"), km(0)), "abroad": Zone("abroad", label("abroad"), km(0), "neighbour")}
    given = case([block("A", 20)], {("works", "town", 2021): 3, ("works", "abroad", 2021): 10}, zones=zones,
                 economics=Economics(working_rate=0.4),
                 rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(5)}})

    found = changes(given)

    assert found["working_rate"] == {"economics.working_rate": 0.25}
    assert found["output_cap"] == {"caps.stone": {2021: 8}}


def test_one_that_settles_two_collisions() -> None:
    """One block of 10 for 20 in full, a cap of 5: the guarantee collides with the block alone, and no cap helps.

    Given up it leaves nothing to collide, so that there is one conflict; what suffices is 5 of 20, under the cap too.
    """
    given = case([block("A")], 20, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(5)}})

    assert only_conflict(given).members == (GUARANTEE,)
    assert changes(given) == {"supply_guarantee": {"rules.supply_guarantee.works": {2021: 0.25}}}


def test_two_conflicts_that_share_a_member() -> None:
    """One mine may work: stone asked for 10 and clay for 5, in full, cannot both be. And the cap of stone is 8 of 10.

    Only the guarantee of stone takes part in both: nothing of it alone would do, and it is enough (1 in parts of the
    limit). A second mine needs the cap of 10 too, 1 + 0.25, and so the cap a second mine. Giving up the clay costs as
    much as the mine: where clay is asked about it needs the cap, where the cap is it takes one of the two.
    """
    given = case([block("A"), block("C", mineral="clay")], of_each(10, 5), rules={
        "supply_guarantee": ALL_MET | {"bricks": indicator(1.0, unit="share")},
        "mine_count": {"all": indicator(1, unit="mines")}, "output_cap": {"stone": indicator(8)}}, **TWO_MINERALS)

    found = diagnosed(given)

    conflicts = {conflict.members: {r.members[0]: (dict(r.changes), r.total) for r in conflict.remedies}
                 for conflict in found.conflicts}
    count, cap = Member("mine_count", "all"), Member("output_cap", "stone")
    bricks = Member("supply_guarantee", "bricks")
    no_bricks, no_works = ({f"rules.supply_guarantee.{use}": {2021: 0}} for use in ("bricks", "works"))
    assert set(conflicts) == {(count, bricks, GUARANTEE), (cap, GUARANTEE)}
    assert conflicts[count, bricks, GUARANTEE] == {
        count: ({"mines": {2021: 2}, "caps.stone": {2021: 10}}, 1.25),
        bricks: ({**no_bricks, "caps.stone": {2021: 10}}, 1.25), GUARANTEE: (no_works, 10)}
    assert conflicts[cap, GUARANTEE][GUARANTEE] == (no_works, 10)
    changed, total = conflicts[cap, GUARANTEE][cap]
    assert changed in ({"caps.stone": {2021: 10}, "mines": {2021: 2}}, {"caps.stone": {2021: 10}, **no_bricks})
    assert total == pytest.approx(1.25)
    assert found.combined is not None
    assert (dict(found.combined.changes), found.combined.total) == (no_works, pytest.approx(1))


def test_two_independent_conflicts() -> None:
    """Stone is capped at 10 of 15 and clay at 4 of 8; no change of one alone suffices, so the other is settled too.

    Relative to the limits the guarantees are the cheaper ones: 1/3 of works against 1/2 of the cap, 1/2 of bricks
    against a whole cap of clay. Together 5/6.
    """
    given = case([block("A", 30), block("C", 30, mineral="clay")], of_each(15, 8), rules={
        "supply_guarantee": ALL_MET | {"bricks": indicator(1.0, unit="share")},
        "output_cap": {"stone": indicator(10), "clay": indicator(4)}}, **TWO_MINERALS)

    found = diagnosed(given)

    bricks, works = "rules.supply_guarantee.bricks", "rules.supply_guarantee.works"
    assert sorted(conflict.members for conflict in found.conflicts) == [
        (Member("output_cap", "clay"), Member("supply_guarantee", "bricks")),
        (Member("output_cap", "stone"), GUARANTEE)]
    assert not any(conflict.released for conflict in found.conflicts)
    assert {tuple(sorted(r.changes)) for c in found.conflicts for r in c.remedies} == {
        ("caps.stone", bricks), ("caps.clay", works), (bricks, works)}
    assert found.combined is not None
    assert dict(found.combined.changes) == {bricks: {2021: 0.5}, works: {2021: 0.6666}}
    assert found.combined.total == pytest.approx(5 / 6)


def test_the_cheapest_combination() -> None:
    """15 in full from blocks of 9 and 6 under a minimum of 10: lowered to 6, a part of 0.4, all can be met.

    Lowered to 9, a part of 0.1, 9 of 15 can be met, a part of 0.4 less: 0.5 in all. Without any mine it is 1.
    """
    given = case([block("A", 9), block("B", 6)], 15, rules={
        "supply_guarantee": ALL_MET, "minimum_scale": {"stone": indicator(10)}})

    combined = diagnosed(given).combined

    assert combined is not None
    assert dict(combined.changes) == {"rules.minimum_scale.stone": {2021: 6}}
    assert combined.total == pytest.approx(0.4)


def test_where_there_is_a_plan() -> None:
    given = case([block("A")], 10, rules={"supply_guarantee": ALL_MET})

    assert diagnose(given, Asker(Settings())).feasible


def test_a_change_any_smaller_does_not_suffice() -> None:
    """The cap has to be 15; with 14.99 there is still no plan."""
    given = case([block("A", 30)], 15, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})

    solves(given, {"caps.stone": 15})
    assert refused(replace(given, rules={**given.rules, "output_cap": {"stone": indicator(14.99)}}))


def test_too_little_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer in time is no answer: neither that there is a plan, nor that rules collide."""
    monkeypatch.setattr(Asker, "possible", lambda *_: None)

    with pytest.raises(TooLittleTime):
        diagnose(case([block("A")], 10), Asker(Settings()))


def test_a_least_change_that_is_not_proven() -> None:
    """A remedy whose bound is under its total says so: 4 are proven and 5 suffice."""
    given = case([block("A", 30)], 15, rules={"supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(10)}})
    found = only_conflict(given).remedies[0]

    assert found.proven
    assert not replace(found, bound=4.0).proven


def test_no_change_of_one_alone() -> None:
    """One block of 10 for 20 in full: no cap is high enough, the guarantee alone would do."""
    whole = compiled(case([block("A")], 20, rules={
        "supply_guarantee": ALL_MET, "output_cap": {"stone": indicator(5)}}))

    found = {name: remedy(whole, (Member(name, item),), Asker(Settings()))
             for name, item in (("output_cap", "stone"), ("supply_guarantee", "works"))}

    assert (found["output_cap"].status, found["output_cap"].amounts) == ("none", ())
    assert found["supply_guarantee"].status == "found"
    assert found["supply_guarantee"].total == pytest.approx(15)
