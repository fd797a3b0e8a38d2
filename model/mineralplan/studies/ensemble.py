"""How a plan does in many futures, and what would be decided in some of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.inputs.faults import InputFaults
from mineralplan.outputs import extract
from mineralplan.outputs.study import write_study
from mineralplan.planning import NoPlan, solve
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.studies.ensemble_text import html, page
from mineralplan.report.studies.study_documents import figures_of, write_documents
from mineralplan.results import read_results
from mineralplan.simulation import tabulate
from mineralplan.simulation.ensemble_file import Ensemble, read_ensemble
from mineralplan.simulation.indicators import Indicators
from mineralplan.simulation.store import Store, digest
from mineralplan.simulation.trial import REFUSED, Bench, Setup, prepare, try_plan
from mineralplan.simulation.workers import Failed, Task, run_tasks
from mineralplan.studies.solved import identity, solved_once
from mineralplan.words import default_language

CHUNK = 25
"""Draws of one task: what a kill costs at most, for each worker."""
FAILED = "failed"
"""Of draws whose worker died time and again."""
Plain = Mapping[str, Any]


@dataclass(frozen=True)
class EnsembleResult:
    """What an ensemble found.

    Attributes
    ----------
    ensemble : Ensemble
        What was asked.
    tables : mapping of str to pandas.DataFrame
        ``draws``, ``misses``, ``indicators``, ``demand_met``, ``summary``, ``decisions``, ``licences``,
        ``convergence``, ``fan``, as docs/ensemble.md describes them.
    said : mapping
        What the manifest says: seed, counts, the plan's objective and bound, seconds.
    """

    ensemble: Ensemble
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    said: Plain

    @property
    def case(self) -> Case:
        """The case at its central figures."""
        return self.ensemble.case

    @property
    def figures(self) -> Gallery:
        """Every figure: ``ensemble.figures.fan(lang="zh")``."""
        return figures_of("ensemble", self.case, self.tables)

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.tables, self.said, lang or default_language())

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, figures, page and manifest into ``folder``, whole or not at all; it is replaced."""
        spoken = lang or default_language()
        return write_study(
            Path(folder), self.case, "ensemble", self.tables, self.said,
            lambda new: write_documents(new, "ensemble", self.case, self.tables, self.text(spoken), spoken), command,
        )

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, self.said, default_language())


def ensemble(
    file: str | Path | Ensemble, *, workers: int = 1, cluster: str = "", draws: int | None = None,
    decide: int | None = None, plan: str | Path | None = None, changes: Mapping[str, Any] | None = None,
    store: Store | None = None, watch: Callable[[int, int, int], None] | None = None,
) -> EnsembleResult:
    """Try a plan in many draws of an uncertain future, and decide anew in some of them.

    Parameters
    ----------
    file : str, pathlib.Path or Ensemble
        An ensemble file, or what `read_ensemble` made of one.
    workers : int
        Processes of this machine.
    cluster : str
        Address of a Dask scheduler whose workers take their place.
    draws, decide : int, optional
        How many draws are tried, and how many of them, the first, are decided anew; the file's otherwise.
    plan : str or pathlib.Path, optional
        Results folder of the plan to be tried; the file's otherwise, and where it names none the scenario is solved.
    changes : mapping, optional
        Changes laid over the scenario, by dotted name.
    store : Store, optional
        Keeps what is finished, for a second start.
    watch : callable, optional
        Called with the tasks done, of how many, and how many were known from an earlier start.

    Raises
    ------
    InputFaults
        With every fault of the file, its scenario and its plan.
    NoPlan
        When the scenario itself has no plan that could be tried.
    """
    began = time.perf_counter()
    asked = file if isinstance(file, Ensemble) else read_ensemble(Path(file), changes)
    settings = asked.settings
    count = settings.draws if draws is None else draws
    anew = min(settings.decide if decide is None else decide, count)
    base = _base(asked.case, Path(plan) if plan is not None else asked.plan, store)
    setup = Setup(asked.case, base["allocation"], extract.decisions, settings.demand, asked.uncertain, count,
                  settings.seed, settings.gap)
    answers = run_tasks(prepare, setup, work, _tasks(asked, base, count, anew), workers=workers, cluster=cluster,
                        store=store, watch=watch)
    tried, decided = _sorted(answers, count, anew)
    said = {
        "ensemble": asked.name, "ensemble_file": {"file": asked.source.name, "sha256": asked.source.sha256},
        "seed": settings.seed, "draws": count, "decided": anew, "demand_drawn": settings.demand,
        "uncertain": {entry.name: entry.distribution.model_dump(exclude_none=True) for entry in asked.uncertain},
        "wanted_gap": settings.gap, "plan": base["certificate"],
        "statuses": {question: _counted(own) for question, own in (("plan", tried), ("decide", decided))},
        "seconds": {"ensemble": time.perf_counter() - began},
    }
    return EnsembleResult(asked, _tables(asked.case, base["allocation"], tried, decided), said)


def _tables(case: Case, allocation: Allocation, tried: Sequence[Plain], decided: Sequence[Plain]) -> dict[
    str, pd.DataFrame
]:
    draws = tabulate.draws_table(case, tried, decided)
    return {
        "draws": draws, "misses": tabulate.misses_table(tried),
        "indicators": tabulate.indicators_table(Indicators.of(case, allocation).findings, tried),
        "demand_met": tabulate.demand_met_table(case, tried), "summary": tabulate.summary_table(draws),
        "decisions": tabulate.decisions_table(case, decided),
        "inputs": tabulate.inputs_table(case, tried), "licences": tabulate.licences_table(decided),
        "convergence": tabulate.convergence_table(draws),
        "fan": tabulate.fan_table(case, tried),
    }


def _base(case: Case, folder: Path | None, store: Store | None) -> dict[str, Any]:
    """Return the decisions to be tried and what is proven of them: read from results, or solved, once."""
    if folder is None:
        return solved_once(case, store)
    record = read_results(folder)
    kept = ("status", "objective", "bound", "gap", "certificate")
    return {"allocation": record.audit.allocation,
            "certificate": {name: record.manifest.get(name) for name in kept} | {"folder": folder.as_posix()}}


def _tasks(asked: Ensemble, base: Plain, count: int, anew: int) -> list[Task]:
    """Return the chunks: some draws in which the plan is tried, or one that is decided anew."""
    settings = asked.settings.model_dump(mode="json", include={"seed", "demand", "inputs", "gap"})
    allocation = base["allocation"]
    plan = [allocation.mines.to_csv(), asked.case.objective, asked.case.options.seed]
    common = (*identity(asked.case), settings, count, plan)
    first = [("try", range(low, min(low + CHUNK, count))) for low in range(0, count, CHUNK)]
    second = [("decide", range(draw, draw + 1)) for draw in range(anew)]
    # What takes longest comes first: the last worker then ends soon after the others.
    return [Task(digest(question, some.start, some.stop, *common), (question, some))
            for question, some in (*second, *first)]


def work(bench: Bench, payload: tuple[str, range]) -> tuple[str, list[dict[str, Any]]]:
    """Return the answers of one chunk."""
    question, draws = payload
    answers = try_plan(bench, draws) if question == "try" else [_decided(bench, draw) for draw in draws]
    return question, answers


def _decided(bench: Bench, draw: int) -> dict[str, Any]:
    """Return what would be decided in one draw, with its certificate."""
    setup = bench.setup
    try:
        case = bench.case(draw)
        # One thread and no limit of time: the answer must not depend on the machine.
        calm = replace(case, options=case.options.model_copy(update={"threads": 1, "time_limit_s": None}))
        plan = solve(calm, gap=setup.gap, apart=False, start=setup.allocation, compiled=bench.compiled)
    except InputFaults as error:
        return {"draw": draw, "status": REFUSED, "reason": "; ".join(fault.item for fault in error.faults)}
    except NoPlan as nothing:
        return {"draw": draw, "status": nothing.status, "reason": nothing.status}
    if plan.certificate.stopped == "interrupt":
        raise KeyboardInterrupt
    flows, exported = plan.allocation.shortage, [zone for zone in case.zones if case.exported(zone)]
    costs = {(str(term), int(year)): float(cost) for year, term, cost, _ in plan.costs.itertuples(index=False)}
    return {
        "draw": draw, "status": plan.certificate.status, "reason": "", "objective": plan.certificate.objective,
        "bound": plan.certificate.bound, "lines": {**costs, **_measures(plan.case, plan.allocation)},
        "exported": flows.loc[flows["zone"].isin(exported), "quantity_10kt"].to_numpy(float),
        "output": plan.allocation.mines["output_10kt"].to_numpy(float),
        "starts": {code: plan.allocation.started(code) for code in case.blocks if plan.allocation.started(code)},
        "scales": _scales(plan.allocation),
    }


def _scales(allocation: Allocation) -> dict[str, float]:
    """Return the largest licensed capacity of every block that works at some time, 10⁴ t/a."""
    found: dict[str, float] = {}
    for (block, _), capacity in allocation.capacity.items():
        found[block] = max(found.get(block, 0.0), capacity)
    return found


def _measures(case: Case, allocation: Allocation) -> dict[tuple[str, int], float]:
    """Return shortage of the district, haulage and carbon by year, as the objectives of these names count them."""
    found = {(f"measure:{name}", year): 0.0 for name in ("shortage", "haul", "carbon") for year in case.years}
    money = case.economics
    for year, _, zone, quantity in allocation.shortage.itertuples(index=False):
        found["measure:shortage", int(year)] += 0.0 if case.exported(zone) else float(quantity)
    for year, source, _, zone, quantity in allocation.flows.itertuples(index=False):
        haul = case.distance_km(source, zone) * float(quantity)
        found["measure:haul", int(year)] += haul
        found["measure:carbon", int(year)] += 10 * money.haul_carbon * haul
    for (block, year), output in allocation.output.items():
        found["measure:carbon", year] += 10 * money.mining_carbon.get(case.blocks[block].mineral, 0.0) * output
    return found


def _sorted(answers: Mapping[str, Any], count: int, anew: int) -> tuple[list[Plain], list[Plain]]:
    """Return the answers of both questions by draw; draws that were given up say why."""
    found: dict[str, dict[int, Plain]] = {"try": {}, "decide": {}}
    lost = [answer for answer in answers.values() if isinstance(answer, Failed)]
    for answer in answers.values():
        if not isinstance(answer, Failed):
            found[answer[0]] |= {entry["draw"]: entry for entry in answer[1]}
    reason = lost[0].reason if lost else ""

    def whole(question: str, most: int) -> list[Plain]:
        return [found[question].get(draw, {"draw": draw, "status": FAILED, "reason": reason}) for draw in range(most)]

    return whole("try", count), whole("decide", anew)


def _counted(answers: Sequence[Plain]) -> dict[str, int]:
    names, counts = np.unique([answer["status"] for answer in answers], return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))
