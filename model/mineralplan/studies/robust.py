"""Which blocks whatever happens: within a cost slack, in drawn futures, and over scenarios."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.analysis.alternatives import Alternative, Answer, NearOptimal, Watch, near_optimal, spanning
from mineralplan.analysis.drivers import best_split, differences, telling
from mineralplan.analysis.events import happened, target_of
from mineralplan.analysis.evidence import PER_DRAW, Evidence, Standing, of_draws, standing
from mineralplan.case import Case
from mineralplan.inputs.faults import Faults, InputFaults, message, one_of
from mineralplan.loading import load
from mineralplan.outputs.files import read_csv
from mineralplan.planning import Certificate, Plan, solve
from mineralplan.report.studies.robust_text import html, page
from mineralplan.results import read_results
from mineralplan.solving.compiled import Compiled
from mineralplan.solving.highs import Settings
from mineralplan.studies.stochastic import Futures
from mineralplan.studies.told import Told
from mineralplan.words import default_language

SLACK, ALTERNATIVES = 0.01, 20
COMPARED_GAP = 0.01
"""Scenarios without results are solved to this gap: they say what is decided, not what it costs."""
BLOCKS = ["block", "mineral", "event", "standing", "depends_on", "in_best", "near_optimal", "otherwise_at_least_10kcny",
          "otherwise_at_most_10kcny", "share_alternatives", "share_futures", "share_scenarios", "earliest", "latest"]
PLANS = ["plan", "cost_10kcny", "above_best", "asked_block", "asked_event", "otherwise", "changes", "rules_hold"]
DRIVERS = ["block", "event", "evidence", "driver", "side", "threshold", "told", "majority", "correlation", "scenarios"]


@dataclass(frozen=True)
class Robust(Told):
    """What every good plan shares, and what the rest hangs on.

    Attributes
    ----------
    case : Case
    near : NearOptimal
        The near-optimal set.
    futures, scenarios : Evidence
        Empty where none were given.
    inputs : pandas.DataFrame
        What was drawn in each future: one row per draw, one column per input.
    parts : mapping
        Scenario → the parts in which it differs from the case, and the names there.
    certificate : Certificate
        Of the best plan.
    """

    kind: ClassVar[str] = "robust"
    case: Case
    slack: float
    most: int
    near: NearOptimal = field(repr=False)
    certificate: Certificate
    futures: Evidence = field(repr=False)
    scenarios: Evidence = field(repr=False)
    inputs: pd.DataFrame = field(repr=False)
    parts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(repr=False)
    seconds: Mapping[str, float]

    @cached_property
    def alternatives(self) -> Sequence[Alternative]:
        """Few plans within the slack that together show every change that was found; the best one first."""
        return spanning(self.near, self.most)

    @cached_property
    def near_evidence(self) -> Evidence:
        """Every plan found within the slack as evidence."""
        plans = self.near.plans
        return Evidence(tuple(map(str, range(len(plans)))), tuple(plan.years for plan in plans))

    def standing(self, answer: Answer) -> Standing:
        """Return what all evidence together says of an event."""
        return standing(answer.verdict, (self.futures, self.scenarios), answer.event)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """``blocks``, ``alternatives`` and ``drivers``."""
        return {
            "blocks": pd.DataFrame([self._row(answer) for answer in self.near.answers], columns=BLOCKS),
            "alternatives": pd.DataFrame(list(self._plans()), columns=PLANS),
            "drivers": pd.DataFrame([row for answer in self.near.answers for row in self._drivers(answer)],
                                    columns=DRIVERS),
        }

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.tables, self.manifest(), lang or default_language())

    def manifest(self) -> dict[str, Any]:
        """Return what a reader needs to repeat the study and to see how much of it is proven."""
        verdicts = [answer.verdict for answer in self.near.answers]
        return {
            "slack": self.slack,
            "best_10kcny": self.near.best,
            "limit_10kcny": self.near.limit,
            "proof": self.certificate.as_dict(),
            "verdicts": {name: verdicts.count(name) for name in dict.fromkeys(verdicts)},
            "plans_found": len(self.near.plans),
            "futures": len(self.futures.names),
            "scenarios": list(self.scenarios.names),
            "seconds": dict(self.seconds),
        }

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, self.manifest(), default_language())

    def _row(self, answer: Answer) -> tuple[object, ...]:
        event, best = answer.event, self.near.best
        groups = (self.near_evidence, self.futures, self.scenarios)
        years = [year for group in groups for year in group.when(event)]
        drivers = "; ".join(_named(row) for row in self._drivers(answer))
        above = [cost - best if cost < float("inf") else None for cost in (answer.at_least, answer.at_most)]
        return (
            event.block, self.case.blocks[event.block].mineral, event.kind, self.standing(answer), drivers,
            answer.in_best, answer.verdict, *above, *(group.share(event) for group in groups),
            min(years, default=None), max(years, default=None),
        )

    def _plans(self) -> Iterator[tuple[object, ...]]:
        best = self.near.plans[0]
        for number, plan in enumerate(self.alternatives):
            other = [event for event, year in plan.years.items() if (year is None) != (best.years[event] is None)]
            changes = " ".join(f"{'+' if plan.years[e] is not None else '-'}{e.block}:{e.kind}" for e in other)
            asked = (plan.asked.block, plan.asked.kind) if plan.asked else ("", "")
            yield number, plan.cost, plan.cost / best.cost - 1, *asked, len(other), changes, plan.holds

    def _drivers(self, answer: Answer) -> Iterator[tuple[object, ...]]:
        """Yield what a decision that depends hangs on, one row for each kind of evidence."""
        event = answer.event
        if answer.verdict in ("can_be_left_out", "can_come_in"):
            yield event.block, event.kind, "slack", "slack", "", self.slack, None, None, None, ""
        if 0 < self.futures.share(event) < 1:
            split = best_split(self.inputs, self.futures.truth(event)) if len(self.inputs) else None
            if split:
                side = "above" if split.above else "below"
                yield (event.block, event.kind, "futures", split.name, side, split.threshold, split.told,
                       split.majority, split.correlation, "")
            else:
                yield event.block, event.kind, "futures", "", "", None, None, None, None, ""
        truth = dict(zip(self.scenarios.names, self.scenarios.truth(event).tolist(), strict=True))
        otherwise = [name for name, happens in truth.items() if happens != answer.in_best]
        if otherwise:
            parts = telling({name: set(found) for name, found in self.parts.items()}, otherwise)
            yield (event.block, event.kind, "scenarios", " ".join(parts), "", None, None, None, None,
                   " ".join(otherwise))


def _named(row: Sequence[object]) -> str:
    """Return a driver in one word or two."""
    _, _, evidence, driver, side, threshold, *_, names = row
    if evidence == "futures" and driver:
        return f"{driver} {'>' if side == 'above' else '<'} {threshold:.4g}"
    return f"{driver} ({names})" if evidence == "scenarios" and driver else str(names or driver or evidence)


def robust(
    case: Case, *, plan: Plan | None = None, start: Allocation | None = None, slack: float = SLACK,
    alternatives: int = ALTERNATIVES, futures: pd.DataFrame | Futures | None = None, inputs: pd.DataFrame | None = None,
    scenarios: Mapping[str, tuple[Case, Allocation | None]] | None = None, gap: float | None = None,
    whole_s: float | None = None, watch: Watch | None = None,
) -> Robust:
    """Find which blocks are licensed whatever happens, and what the others depend on.

    Parameters
    ----------
    case : Case
    plan : Plan, optional
        The best plan known; the case is solved otherwise.
    start : Allocation, optional
        A plan to begin solving from.
    slack : float
        Share of the best plan's cost; not less than its proven gap.
    alternatives : int
        Most alternative plans that are reported.
    futures : pandas.DataFrame or Futures, optional
        Decisions in drawn futures: draw, block, first_year, and where known last_year and capacity_10kt_a. Or the
        futures themselves: each is decided anew to a gap of 1 %, and its demand by use is what was drawn.
    inputs : pandas.DataFrame, optional
        What was drawn: a column ``draw`` and one column per input.
    scenarios : mapping, optional
        Name → (case, its plan's allocation); one without is solved to a gap of 1 %.
    gap : float, optional
        Of the best plan where it is solved, at most the slack; the scenario's otherwise.
    whole_s : float, optional
        Seconds to search all plans for each question that is still open; without it a small program is searched so
        to the end, and a large one not at all.

    Raises
    ------
    NoPlan
        When there is no plan.
    ValueError
        When the slack is less than the gap of the best plan: then the best plan itself may not be within it.
    """
    began = time.perf_counter()
    compiled = Compiled(case)
    wanted = min(slack, case.options.gap if gap is None else gap)
    best = plan or solve(case, gap=wanted, start=start, compiled=compiled)
    if slack < best.certificate.gap:
        raise ValueError(f"the slack {slack:g} is less than the gap of the best plan, {best.certificate.gap:.4g}")
    options = case.options
    laps = {"best": time.perf_counter() - began}
    near = near_optimal(case, compiled.program(case), best.allocation, slack,
                        Settings(options.gap, None, options.threads, options.seed), whole_s=whole_s, watch=watch)
    laps["near_optimal"] = time.perf_counter() - began - laps["best"]
    compared, parts = _compared(case, scenarios or {}, best.allocation, compiled)
    laps["scenarios"] = time.perf_counter() - began - sum(laps.values())
    drawn = pd.DataFrame() if inputs is None else inputs.sort_values("draw").set_index("draw")
    if isinstance(futures, Futures):
        decided, drawn = _decided(futures, best.allocation, compiled), _demand_drawn(case, futures)
    else:
        decided = Evidence((), ()) if futures is None else of_draws(
            case, futures, None if inputs is None else list(drawn.index))
    laps["futures"] = time.perf_counter() - began - sum(laps.values())
    return Robust(case, slack, alternatives, near, best.certificate, decided, compared, drawn, parts, laps)


def _compared(
    case: Case, scenarios: Mapping[str, tuple[Case, Allocation | None]], near: Allocation, compiled: Compiled
) -> tuple[Evidence, dict[str, dict[str, tuple[str, ...]]]]:
    """Return what other scenarios decide, and in which parts each differs."""
    plans = {name: kept or solve(other, gap=COMPARED_GAP, start=near, compiled=compiled).allocation
             for name, (other, kept) in scenarios.items()}
    years = tuple(happened(scenarios[name][0], plan) for name, plan in plans.items())
    return Evidence(tuple(plans), years), {name: differences(case, other) for name, (other, _) in scenarios.items()}


def _decided(futures: Futures, near: Allocation, compiled: Compiled) -> Evidence:
    """Return what would be decided in each future."""
    plans = [solve(one, gap=COMPARED_GAP, start=near, compiled=compiled).allocation for one in futures.cases]
    return Evidence(tuple(map(str, futures.draws)),
                    tuple(happened(one, plan) for one, plan in zip(futures.cases, plans, strict=True)))


def _demand_drawn(case: Case, futures: Futures) -> pd.DataFrame:
    """Return the district's demand of every use in the target year, one row per future."""
    target = target_of(case)
    rows = [
        {f"demand.{use}": sum(q for (u, _, y), q in one.demand.items() if (u, y) == (use, target)) for use in case.uses}
        for one in futures.cases
    ]
    return pd.DataFrame(rows, index=list(futures.draws))


def read_decisions(case: Case, place: Path) -> pd.DataFrame:
    """Return the decisions in drawn futures from a CSV file, or from licences.csv in an ensemble's folder.

    Raises
    ------
    InputFaults
        When a column is missing, or a block is none of the case.
    """
    file = place / "licences.csv" if place.is_dir() else place
    faults = Faults()
    if not file.is_file():
        faults.add(file.as_posix(), None, file.name, message("readable"), "–")
        faults.raise_if_any()
    table = read_csv(file)
    for name in PER_DRAW:
        if name not in table.columns:
            faults.add(file.as_posix(), 1, name, message("column"), ", ".join(table.columns))
    faults.raise_if_any()
    for number, code in enumerate(table["block"], start=2):
        if code not in case.blocks:
            faults.add(file.as_posix(), number, "block", one_of(case.blocks, code), repr(code))
    faults.raise_if_any()
    return table


def read_inputs(place: Path, decisions: pd.DataFrame) -> pd.DataFrame | None:
    """Return what was drawn in the draws that have decisions, from inputs.csv in an ensemble's folder if it is there.

    Raises
    ------
    InputFaults
        When the column ``draw`` is missing.
    """
    file = place / "inputs.csv"
    if not file.is_file():
        return None
    table, faults = read_csv(file), Faults()
    if "draw" not in table.columns:
        faults.add(file.as_posix(), 1, "draw", message("column"), ", ".join(table.columns))
    faults.raise_if_any()
    return table[table["draw"].isin(decisions["draw"])]


def read_scenarios(places: Sequence[Path]) -> dict[str, tuple[Case, Allocation | None]]:
    """Return the case of every scenario, and its plan where the place is a results folder.

    Raises
    ------
    InputFaults
        With every fault of all of them.
    """
    found: dict[str, tuple[Case, Allocation | None]] = {}
    faults = Faults()
    for place in places:
        try:
            if place.is_dir():
                record = read_results(place)
                found[record.case.name] = record.case, record.audit.allocation
            else:
                case = load(place)
                found[case.name] = case, None
        except InputFaults as error:
            for fault in error.faults:
                faults.add(fault.file, fault.line, fault.item, fault.expected, fault.found)
    faults.raise_if_any()
    return found
