"""The command line: parse, call, print. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mineralplan import forward_commands, study_commands
from mineralplan.commands import (
    DONE,
    FAILURE,
    NO,
    Changes,
    Lang,
    Scenarios,
    console,
    fail,
    failures,
    language,
    load_all,
    overrides_of,
    refuse_same_names,
)

if TYPE_CHECKING:
    from mineralplan.case import Case
    from mineralplan.planning import NoPlan, Plan

app = typer.Typer(
    name="mineralplan",
    help="Plan which mining blocks to work, at what scale, in which years, and where the stone goes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version as installed

        typer.echo(f"mineralplan {installed('mineralplan')}")
        raise typer.Exit(DONE)


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Read the options that stand before a command."""


@app.command()
def run(
    scenarios: Scenarios,
    out: Annotated[Path, typer.Option(help="Folder of the results; each scenario gets one inside.")] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
    gap: Annotated[
        float | None, typer.Option(min=0, help="Relative gap at which to stop.", show_default="scenario")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0, help="Seconds; the best plan found by then is kept.", show_default="scenario")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="Solver threads.", show_default="scenario")] = None,
    seed: Annotated[int | None, typer.Option(help="Solver seed.", show_default="scenario")] = None,
    strict: Annotated[bool, typer.Option(help="Exit with 1 when an expected target is missed.")] = False,
) -> None:
    """Solve scenarios and write tables, certificate, figures, page, workbook and annex for each."""
    from mineralplan.outputs.folder import check_target

    spoken = language(lang)
    with failures(spoken):
        overrides = overrides_of(changes, {"solve.threads": threads, "solve.seed": seed})
        # All inputs are read before anything is solved: bad input writes nothing.
        cases = load_all(scenarios, overrides, spoken)
        refuse_same_names(cases, scenarios, spoken)
        for case in cases:
            check_target(out / case.name)
        code = DONE
        for number, case in enumerate(cases, start=1):
            found, interrupted = _solve_one(case, out / case.name, spoken, gap, time_limit, strict)
            code = max(code, found)
            if interrupted and number < len(cases):
                fail("run.rest", spoken, names=", ".join(case.name for case in cases[number:]))
        raise typer.Exit(code)


@app.command()
def check(scenarios: Scenarios, lang: Lang = None, changes: Changes = None) -> None:
    """Read scenarios and all their tables, and report every fault at once."""
    from mineralplan.report.terminal import case_table

    spoken = language(lang)
    with failures(spoken):
        for case in load_all(scenarios, overrides_of(changes, {}), spoken):
            console().print(case_table(case, spoken))


@app.command()
def demand(
    scenarios: Scenarios,
    out: Annotated[
        Path, typer.Option(help="Folder of the results; each scenario gets one inside, named with _demand.")
    ] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
    draws: Annotated[
        int | None, typer.Option(min=2, max=2**20, help="Draws of the band.", show_default="scenario")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the draws.", show_default="scenario")] = None,
) -> None:
    """Project the demand: three estimators, bands, figures and a methods page; nothing is solved."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.projection import project_demand
    from mineralplan.report.figures.fonts import usable_language
    from mineralplan.report.terminal import demand_parts
    from mineralplan.words import say

    spoken = language(lang)
    with failures(spoken):
        cases = load_all(scenarios, overrides_of(changes, {}), spoken)
        refuse_same_names(cases, scenarios, spoken)
        for case in cases:
            check_target(out / f"{case.name}_demand")
        for case in cases:
            began, folder = time.perf_counter(), out / f"{case.name}_demand"
            projection = project_demand(case, draws=draws, seed=seed)
            projection.report(folder, lang=spoken, command=command_line())
            for part in (*demand_parts(case, projection.tables, spoken), usable_language(spoken)[1]):
                if part:
                    console().print(part)
            console().print(say("run.written", spoken, folder=folder, seconds=f"{time.perf_counter() - began:.1f}"))


@app.command()
def audit(
    tables: Annotated[Path, typer.Argument(help="A results folder, or a sheet (.csv, .xlsx) with block, year, capacity "
                                                "and output.", show_default=False)],
    scenario: Annotated[
        Path | None, typer.Option(help="The scenario to hold it against.", show_default="the one of the results")
    ] = None,
    lang: Lang = None,
    changes: Changes = None,
    every_year: Annotated[bool, typer.Option("--all", help="Print every year of every rule.")] = False,
    csv: Annotated[
        Path | None, typer.Option(help="Write every finding and breach into this CSV file.", show_default=False)
    ] = None,
) -> None:
    """Check a plan against every law and rule and compute its cost again: exactly, and without the solver."""
    from mineralplan.auditing.audit import audit as examine
    from mineralplan.auditing.certificate import certified
    from mineralplan.auditing.folder import scenario_of
    from mineralplan.outputs.files import write_whole
    from mineralplan.report.audit_text import audit_parts
    from mineralplan.report.certificate_text import certificate_parts
    from mineralplan.words import say

    spoken = language(lang)
    with failures(spoken):
        file, recorded = (scenario, {}) if scenario else scenario_of(tables)
        (case,) = load_all([file], {**recorded, **overrides_of(changes, {})}, spoken)
        found = examine(case, tables)
        if csv is not None:
            write_whole(csv, found.table)
        console().print(say("audit.against", spoken, tables=tables, scenario=case.title.text(spoken), file=file))
        sealed = certified(tables, case.inputs) if tables.is_dir() else None
        certificate = certificate_parts(sealed, spoken) if tables.is_dir() else ()
        for part in (*certificate, *audit_parts(found, spoken, every_year=every_year)):
            console().print(part)
        if csv is not None:
            console().print(say("audit.written", spoken, file=csv))
        changed = sealed is not None and not sealed.holds
        raise typer.Exit(NO if changed or found.verdict == "broken" else DONE)


@app.command()
def report(
    results: Annotated[Path, typer.Argument(help="A results folder.", show_default=False)],
    scenario: Annotated[
        Path | None, typer.Option(help="The scenario it was made from.", show_default="the one of the results")
    ] = None,
    lang: Lang = None,
) -> None:
    """Make the documents of a results folder anew, in another language or after an upgrade; nothing is solved."""
    from mineralplan.report.figures.fonts import usable_language
    from mineralplan.results import read_results, write_again
    from mineralplan.words import say

    spoken, began = language(lang), time.perf_counter()
    with failures(spoken):
        record = read_results(results, scenario)
        write_again(results, record, spoken)
        for warning in (*record.warnings(spoken), usable_language(spoken)[1]):
            if warning:
                console(stderr=True).print(warning)
        console().print(say("run.written", spoken, folder=results, seconds=f"{time.perf_counter() - began:.1f}"))


@app.command()
def gis(
    results: Annotated[Path, typer.Argument(help="A results folder.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the layers.", show_default="beside the results, named with _gis")
    ] = None,
    crs: Annotated[str, typer.Option(help="Coordinate system of the GeoPackage.")] = "EPSG:4490",
    scenario: Annotated[
        Path | None, typer.Option(help="The scenario it was made from.", show_default="the one of the results")
    ] = None,
    lang: Lang = None,
) -> None:
    """Write blocks, zones and flows of a results folder as GeoPackage and GeoJSON, for QGIS or ArcGIS."""
    from mineralplan.results import read_results
    from mineralplan.words import say

    spoken, began = language(lang), time.perf_counter()
    with failures(spoken):
        record = read_results(results, scenario)
        folder = record.to_gis(out or results.with_name(f"{results.resolve().name}_gis"), crs=crs, lang=spoken)
        for warning in record.warnings(spoken):
            console(stderr=True).print(warning)
        console().print(say("run.written", spoken, folder=folder, seconds=f"{time.perf_counter() - began:.1f}"))


@app.command()
def places(
    file: Annotated[Path, typer.Argument(help="Shapefile, GeoPackage, GeoJSON or CSV.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The table to write.")] = Path("blocks_places.csv"),
    crs: Annotated[
        str | None, typer.Option(help="Its coordinate system: gcj02, bd09, EPSG:4490, …", show_default="the file's own")
    ] = None,
    code: Annotated[str, typer.Option(help="Column of the block codes.")] = "block",
    layer: Annotated[str | None, typer.Option(help="Which of several layers.", show_default=False)] = None,
    lang: Lang = None,
) -> None:
    """Read where blocks lie and write code, lon, lat and area_km2 as blocks.csv has them; no system is guessed."""
    from mineralplan.inputs.gis import read_places
    from mineralplan.outputs.files import write_whole
    from mineralplan.words import say

    spoken = language(lang)
    with failures(spoken):
        table = read_places(file, crs=crs, code=code, layer=layer)
        write_whole(out, table)
        console().print(say("run.places", spoken, count=len(table), file=out))


@app.command()
def explain(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    out: Annotated[Path, typer.Option(help="The explanation goes into a folder inside.")] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
    time_limit: Annotated[float, typer.Option(min=1, help="Seconds for each question to the solver.")] = 120,
) -> None:
    """Say why a scenario cannot be met, and after which least changes it can."""
    from mineralplan import explanation
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.report.questions import QuestionWatch
    from mineralplan.words import say

    spoken = language(lang)
    with failures(spoken):
        (case,) = load_all([scenario], overrides_of(changes, {}), spoken)
        check_target(out / f"{case.name}_explanation")
        try:
            with QuestionWatch(console(stderr=True), case, spoken) as watch:
                found = explanation.explain(case, time_limit_s=time_limit, watch=watch)
        except explanation.TooLittleTime:
            fail("explanation.too_little_time", spoken, name=case.name)
        console().print(found.text(spoken))
        if not found.feasible:
            folder = found.report(out / f"{case.name}_explanation", lang=spoken, command=command_line())
            console().print(say("run.written", spoken, folder=folder, seconds=f"{found.seconds:.1f}"))
        raise typer.Exit(DONE if found.feasible else NO)


app.command()(study_commands.compare)
app.command()(study_commands.ensemble)
app.command()(forward_commands.evaluate)
app.command()(study_commands.pareto)
app.command()(study_commands.prices)
app.command()(study_commands.robust)
app.command()(forward_commands.simulate)
app.command()(study_commands.stochastic)
app.command()(study_commands.sweep)


def _solve_one(
    case: Case, folder: Path, lang: str, gap: float | None, time_limit: float | None, strict: bool
) -> tuple[int, bool]:
    """Solve and write one case; return the exit code and whether Ctrl-C ended the search."""
    from mineralplan.outputs.manifest import command_line
    from mineralplan.planning import NoPlan, solve
    from mineralplan.report.figures.fonts import usable_language
    from mineralplan.report.progress import SearchWatch
    from mineralplan.report.terminal import result_tables
    from mineralplan.words import say

    screen = console(stderr=True)
    screen.print(say("run.begins", lang, name=case.name, title=case.title.text(lang)))
    began = time.perf_counter()
    try:
        with SearchWatch(screen, lang) as watch:
            plan = solve(case, gap=gap, time_limit_s=time_limit, watch=watch)
    except NoPlan as nothing:
        return _explain(nothing, lang), False
    plan.report(folder, lang=lang, command=command_line())
    for part in (*result_tables(plan.record(), lang), usable_language(lang)[1]):
        if part:
            console().print(part)
    console().print(say("run.written", lang, folder=folder, seconds=f"{time.perf_counter() - began:.1f}"))
    if plan.certificate.stopped == "crash":
        return FAILURE, False
    answer_is_no = plan.audit.verdict == "broken" or (strict and _missed(plan))
    return NO if answer_is_no else DONE, plan.certificate.stopped == "interrupt"


def _missed(plan: Plan) -> bool:
    return any(not finding.holds for finding in plan.findings)


def _explain(nothing: NoPlan, lang: str) -> int:
    """Say what is impossible and which rules collide; nothing is written."""
    from mineralplan.explanation import first_reasons
    from mineralplan.report.terminal import reasons
    from mineralplan.words import say

    screen, case = console(), nothing.case
    if nothing.status == "unbounded":
        fail("run.unbounded", lang, name=case.name)
    if nothing.status != "infeasible":
        screen.print(say("run.no_plan_in_time", lang, name=case.name))
        return FAILURE
    screen.print(say("run.infeasible", lang, name=case.name))
    for part in reasons(case, *first_reasons(case), lang):
        screen.print(part)
    return NO


def main() -> None:
    """Run the command line."""
    from mineralplan.report.console import prepare_streams

    prepare_streams()
    try:
        app()
    except OSError:  # not even the failure could be said
        sys.exit(FAILURE)
