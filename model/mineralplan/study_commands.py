"""The commands that run a scenario many times; `mineralplan.cli` puts them beside the others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mineralplan.commands import (
    BAD_INPUT,
    FAILURE,
    NO,
    Changes,
    Cluster,
    Lang,
    Workers,
    console,
    fail,
    failures,
    language,
    load_all,
    overrides_of,
    refuse_other_objectives,
)

if TYPE_CHECKING:
    from mineralplan.case import Case
    from mineralplan.planning import NoPlan, Plan
    from mineralplan.report.record import Record


def pareto(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    objectives: Annotated[
        str, typer.Option(help="Two or three of cost, shortage, haul, carbon, land, new_blocks, mines; the first is "
                               "minimised under limits of the others.")
    ] = "cost,shortage",
    points: Annotated[
        int | None, typer.Option(min=2, help="Limits to try at most.",
                                 show_default="8, or every whole number of mines or new blocks")
    ] = None,
    gap: Annotated[
        float | None, typer.Option(min=0, help="Relative gap of each search.", show_default="scenario")
    ] = None,
    compare: Annotated[
        list[Path] | None, typer.Option(help="Results folders to show beside the front.",
                                        show_default="those in the folder of the results")
    ] = None,
    out: Annotated[Path, typer.Option(help="It goes into a folder inside named with _pareto.")] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
) -> None:
    """Find the plans of which none is better in one objective and no worse in the others."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.planning import NoPlan
    from mineralplan.report.studies.pareto_text import sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.results import read_results
    from mineralplan.simulation.store import Store
    from mineralplan.studies.pareto import check_front
    from mineralplan.studies.pareto import pareto as study

    spoken, names = language(lang), [name.strip() for name in objectives.split(",")]
    with failures(spoken, resumes=True):
        (case,) = load_all([scenario], overrides_of(changes, {}), spoken)
        target = out / f"{case.name}_pareto"
        check_target(target)
        try:
            check_front(names)
        except ValueError:
            fail("pareto.two_or_three", spoken, code=BAD_INPUT, names=", ".join(names))
        beside = _plans_in(out, case) if compare is None else [read_results(folder) for folder in compare]
        store = Store.beside(target)
        try:
            with CountWatch(console(stderr=True), spoken) as watch:
                found = study(case, names, points=points, gap=gap, compare=beside, watch=watch, store=store)
        except NoPlan as nothing:
            no_plan(nothing, spoken)
        found.report(target, lang=spoken, command=command_line())
        store.clear()
        for line in sentences(found.objectives, found.tables, found.said, spoken):
            console().print(line)
        written(target, float(found.said["seconds"]["pareto"]), spoken)


def prices(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    plan: Annotated[
        Path | None, typer.Option(help="Results folder of its plan.", show_default="solved anew")
    ] = None,
    step: Annotated[
        float, typer.Option(min=1e-6, help="By how much a limit that is a quantity is changed, in its unit.")
    ] = 10,
    gap: Annotated[float | None, typer.Option(min=0, help="Relative gap of the searches.", show_default="plan")] = None,
    rank: Annotated[bool, typer.Option(help="Search without each clause, too.")] = True,
    tighten: Annotated[bool, typer.Option(help="Change every limit in the other direction, too.")] = False,
    out: Annotated[Path, typer.Option(help="They go into a folder inside named with _prices.")] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
) -> None:
    """Say what one more of each limit is worth, and what each clause costs the district."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.report.studies.prices_text import sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.simulation.store import Store
    from mineralplan.studies.prices import prices as study

    spoken = language(lang)
    with failures(spoken, resumes=True):
        (case,) = load_all([scenario], overrides_of(changes, {}), spoken)
        target = out / f"{case.name}_prices"
        check_target(target)
        refuse_other_objectives(case, spoken)
        basis, store = plan_of(case, plan, spoken), Store.beside(target)
        with CountWatch(console(stderr=True), spoken) as watch:
            found = study(basis, step=step, gap=gap, rank=rank, tighten=tighten, watch=watch, store=store)
        found.report(target, lang=spoken, command=command_line())
        store.clear()
        for line in sentences(found.case, found.tables, found.said, spoken):
            console().print(line)
        written(target, float(found.said["seconds"]["prices"]), spoken)


def plan_of(case: Case, folder: Path | None, lang: str) -> Plan | Record:
    """Return the plan of a case: read back where a folder is named, and only if it is still what was certified."""
    from mineralplan.planning import NoPlan, solve
    from mineralplan.report.progress import SearchWatch
    from mineralplan.results import read_results

    if folder is not None:
        record = read_results(folder)
        same = record.case.inputs == case.inputs or (
            {entry.sha256 for entry in record.case.inputs} == {entry.sha256 for entry in case.inputs})
        if not same or record.case.overrides != case.overrides or not (record.certified and record.certified.holds):
            fail("prices.not_certified", lang, code=BAD_INPUT, folder=folder)
        return record
    try:
        with SearchWatch(console(stderr=True), lang) as watch:
            return solve(case, watch=watch)
    except NoPlan as nothing:
        no_plan(nothing, lang)
        raise


def _plans_in(folder: Path, case: Case) -> list[Record]:
    """Return the plans of the district among some results; what cannot be read is no plan to compare with."""
    from mineralplan.inputs.faults import InputFaults
    from mineralplan.results import read_results

    found = []
    for place in sorted(entry.parent for entry in folder.glob("*/production.csv")):
        try:
            record = read_results(place)
        except (InputFaults, OSError, KeyError, ValueError):
            continue
        if record.case.district == case.district:
            found.append(record)
    return found


def no_plan(nothing: NoPlan, lang: str) -> None:
    """End where there is nothing to study: the answer is no where limits cannot hold, a failure where time ran out."""
    infeasible = nothing.status == "infeasible"
    fail("run.nothing_to_study" if infeasible else "run.no_plan_in_time", lang, code=NO if infeasible else FAILURE,
         name=nothing.case.name)


def written(folder: Path, seconds: float, lang: str) -> None:
    """Say where results were written."""
    from mineralplan.words import say

    console().print(say("run.written", lang, folder=folder, seconds=f"{seconds:.1f}"))


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Results folders, two or more; a scenario file stands for the "
                                                    "folder of its results beside --out.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder of the comparison.")] = Path("results/compare"),
    lang: Lang = None,
) -> None:
    """Say what differs between runs: inputs, cost and whether it is proven, indicators, balances, blocks."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.report.studies.compare_text import sentences, warnings
    from mineralplan.studies.compare import NoCommonYear
    from mineralplan.studies.compare import compare as study

    spoken = language(lang)
    with failures(spoken):
        check_target(out)
        if len(runs) < 2:
            fail("compare.two", spoken, code=BAD_INPUT)
        try:
            found = study([out.parent / run.stem if run.is_file() else run for run in runs])
        except NoCommonYear:
            fail("compare.no_common_year", spoken, code=BAD_INPUT)
        found.report(out, lang=spoken, command=command_line())
        for line in (*warnings(found.runs, found.said, spoken),
                     *sentences(found.runs, found.tables, found.said, spoken)):
            console().print(line)
        written(out, float(found.said["seconds"]["compare"]), spoken)


def ensemble(
    file: Annotated[Path, typer.Argument(help="Ensemble file (YAML).", show_default=False)],
    out: Annotated[Path, typer.Option(help="The results go into a folder inside.")] = Path("results"),
    workers: Workers = 1,
    cluster: Cluster = "",
    draws: Annotated[
        int | None, typer.Option(min=2, max=2**17, help="Draws to try the plan in.", show_default="the file's")
    ] = None,
    decide: Annotated[
        int | None, typer.Option(min=0, help="Draws, the first, to decide anew.", show_default="the file's")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="Results folder of the plan to be tried.", show_default="the file's, or solved")
    ] = None,
    lang: Lang = None,
    changes: Changes = None,
) -> None:
    """Try a plan in many draws of an uncertain future, and decide anew in some of them."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.planning import NoPlan
    from mineralplan.report.studies.ensemble_text import sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.simulation.ensemble_file import read_ensemble
    from mineralplan.simulation.store import Store
    from mineralplan.studies.ensemble import ensemble as study

    spoken = language(lang)
    with failures(spoken, resumes=True):
        asked = read_ensemble(file, overrides_of(changes, {}))
        target = out / f"{asked.name}_ensemble"
        check_target(target)
        store = Store.beside(target)
        try:
            with CountWatch(console(stderr=True), spoken) as watch:
                found = study(asked, workers=workers, cluster=cluster, draws=draws, decide=decide, plan=plan,
                              store=store, watch=watch)
        except NoPlan as nothing:
            no_plan(nothing, spoken)
        found.report(target, lang=spoken, command=command_line())
        store.clear()
        for line in sentences(found.case, found.tables, found.said, spoken):
            console().print(line)
        written(target, float(found.said["seconds"]["ensemble"]), spoken)


def robust(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    slack: Annotated[float, typer.Option(min=0, help="What a plan may cost above the best one, as a share.")] = 0.01,
    alternatives: Annotated[int, typer.Option(min=1, help="Most alternative plans to report.")] = 20,
    futures: Annotated[
        int, typer.Option(min=0, help="Futures of the demand to decide anew, that stand for 1,000 draws.")
    ] = 0,
    ensemble: Annotated[
        Path | None, typer.Option(help="Decisions in drawn futures: a CSV file, or a folder with licences.csv, with "
                                       "draw, block, first_year.", show_default=False)
    ] = None,
    scenarios: Annotated[
        list[Path] | None, typer.Option(help="Other scenarios: results folders, or scenario files, which are solved.",
                                        show_default=False)
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0, help="Seconds to search all plans for each question that stays open.",
                                   show_default="no such search")
    ] = None,
    gap: Annotated[
        float | None, typer.Option(min=0, help="Relative gap of the best plan.", show_default="scenario")
    ] = None,
    out: Annotated[
        Path, typer.Option(help="The study goes into a folder inside, named with _robust.")
    ] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
) -> None:
    """Find which blocks are licensed whatever happens, and what the others depend on."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.planning import NoPlan
    from mineralplan.report.studies.robust_text import proven, sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.studies.robust import read_decisions, read_inputs, read_scenarios
    from mineralplan.studies.robust import robust as study
    from mineralplan.studies.stochastic import drawn_futures

    spoken = language(lang)
    with failures(spoken):
        case = load_all([scenario], overrides_of(changes, {}), spoken)[0]
        given = read_decisions(case, ensemble) if ensemble else drawn_futures(case, futures) if futures else None
        inputs = read_inputs(ensemble, read_decisions(case, ensemble)) if ensemble else None
        others = read_scenarios(scenarios or [])
        folder = out / f"{case.name}_robust"
        check_target(folder)
        with CountWatch(console(stderr=True), spoken) as watch:
            try:
                found = study(case, slack=slack, alternatives=alternatives, futures=given, inputs=inputs,
                              scenarios=others, gap=gap, whole_s=time_limit, watch=watch)
            except NoPlan as nothing:
                no_plan(nothing, spoken)
        found.report(folder, lang=spoken, command=command_line())
        for line in (*sentences(case, found.tables, found.manifest(), spoken), *proven(found.manifest(), spoken)):
            console().print(line)
        written(folder, watch.seconds, spoken)


def stochastic(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    futures: Annotated[int, typer.Option(min=1, help="Futures that stand for the draws.")] = 8,
    draws: Annotated[int, typer.Option(min=1, max=5000, help="Draws of the demand.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 1,
    risk: Annotated[float, typer.Option(min=0, max=1, help="Weight of CVaR beside the mean.")] = 0.0,
    alpha: Annotated[float, typer.Option(min=0, max=0.999, help="CVaR is the mean of the worst 1 - alpha.")] = 0.9,
    gap: Annotated[float, typer.Option(min=0, help="Relative gap of each search.")] = 0.01,
    out: Annotated[
        Path, typer.Option(help="The study goes into a folder inside, named with _stochastic.")
    ] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
) -> None:
    """Decide licences once for all futures, and say what knowing the future would be worth."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.report.studies.stochastic_text import proven, sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.studies.stochastic import CannotBeMet, drawn_futures
    from mineralplan.studies.stochastic import stochastic as study

    spoken = language(lang)
    with failures(spoken):
        case = load_all([scenario], overrides_of(changes, {}), spoken)[0]
        folder = out / f"{case.name}_stochastic"
        check_target(folder)
        with CountWatch(console(stderr=True), spoken) as watch:
            try:
                found = study(case, drawn_futures(case, futures, draws=draws, seed=seed), risk=risk, alpha=alpha,
                              gap=gap, watch=watch)
            except CannotBeMet as unmet:
                names = ", ".join(map(str, unmet.futures))
                fail("stochastic.unmet" if names else "stochastic.no_common", spoken, code=NO, futures=names)
        found.report(folder, lang=spoken, command=command_line())
        for line in (*sentences(found.tables, found.manifest(), spoken), *proven(found.manifest(), spoken)):
            console().print(line)
        written(folder, watch.seconds, spoken)


def sweep(
    file: Annotated[Path, typer.Argument(help="Sweep file (YAML): scenario, axes, gap.", show_default=False)],
    workers: Workers = 1,
    cluster: Cluster = "",
    gap: Annotated[float | None, typer.Option(min=0, help="Relative gap of each point.", show_default="file")] = None,
    out: Annotated[Path, typer.Option(help="It goes into a folder inside named after the file.")] = Path("results"),
    lang: Lang = None,
) -> None:
    """Solve a scenario for every combination of some values of some inputs."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.report.studies.sweep_text import proven, sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.simulation.store import Store
    from mineralplan.studies.sweep import sweep as study
    from mineralplan.studies.sweep_file import read_design

    spoken = language(lang)
    with failures(spoken, resumes=True):
        plan = read_design(file, gap=gap)
        target = out / plan.name
        check_target(target)
        store = Store.beside(target)
        with CountWatch(console(stderr=True), spoken) as watch:
            found = study(plan, workers=workers, cluster=cluster, store=store, watch=watch)
        found.report(target, lang=spoken, command=command_line())
        store.clear()
        for line in (*sentences(found.case, found.tables, found.said, spoken),
                     *proven(found.tables, found.said, spoken)):
            console().print(line)
        written(target, float(found.said["seconds"]["sweep"]), spoken)
        if found.said["without_plan"] == found.said["points"]:
            raise typer.Exit(NO)
