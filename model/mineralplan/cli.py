"""The command line: parse, call, print. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import errno
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mineralplan.case import Case
    from mineralplan.planning import NoPlan, Plan
    from mineralplan.report.console import Console

DONE, NO, BAD_INPUT, FAILURE = 0, 1, 2, 3

app = typer.Typer(
    name="mineralplan",
    help="Plan which mining blocks to work, at what scale, in which years, and where the stone goes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Language(StrEnum):
    """Languages the program speaks."""

    en = "en"
    zh = "zh"


Scenarios = Annotated[list[Path], typer.Argument(help="Scenario files (YAML).", show_default=False)]
Lang = Annotated[Language | None, typer.Option(help="Language of everything printed and drawn.", show_default="locale")]
Changes = Annotated[
    list[str] | None, typer.Option("--set", help="Change an input: name=value, e.g. caps.MINERAL=1000.")
]


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
    """Solve scenarios and write tables, figures, a summary and a manifest for each."""
    from mineralplan.outputs.folder import check_target

    spoken = _language(lang)
    with _failures(spoken):
        overrides = _overrides(changes, {"solve.threads": threads, "solve.seed": seed})
        # All inputs are read before anything is solved: bad input writes nothing.
        cases = _load(scenarios, overrides, spoken)
        _refuse_same_names(cases, scenarios, spoken)
        for case in cases:
            check_target(out / case.name)
        code = DONE
        for number, case in enumerate(cases, start=1):
            found, interrupted = _solve_one(case, out / case.name, spoken, gap, time_limit, strict)
            code = max(code, found)
            if interrupted and number < len(cases):
                _fail("run.rest", spoken, names=", ".join(case.name for case in cases[number:]))
        raise typer.Exit(code)


@app.command()
def check(scenarios: Scenarios, lang: Lang = None, changes: Changes = None) -> None:
    """Read scenarios and all their tables, and report every fault at once."""
    from mineralplan.report.terminal import case_table

    spoken = _language(lang)
    with _failures(spoken):
        for case in _load(scenarios, _overrides(changes, {}), spoken):
            _console().print(case_table(case, spoken))


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

    spoken = _language(lang)
    with _failures(spoken):
        cases = _load(scenarios, _overrides(changes, {}), spoken)
        _refuse_same_names(cases, scenarios, spoken)
        for case in cases:
            check_target(out / f"{case.name}_demand")
        for case in cases:
            began, folder = time.perf_counter(), out / f"{case.name}_demand"
            projection = project_demand(case, draws=draws, seed=seed)
            projection.report(folder, lang=spoken, command=command_line())
            for part in (*demand_parts(case, projection.tables, spoken), usable_language(spoken)[1]):
                if part:
                    _console().print(part)
            _console().print(say("run.written", spoken, folder=folder, seconds=f"{time.perf_counter() - began:.1f}"))


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

    spoken = _language(lang)
    with _failures(spoken):
        file, recorded = (scenario, {}) if scenario else scenario_of(tables)
        (case,) = _load([file], {**recorded, **_overrides(changes, {})}, spoken)
        found = examine(case, tables)
        if csv is not None:
            write_whole(csv, found.table)
        _console().print(say("audit.against", spoken, tables=tables, scenario=case.title.text(spoken), file=file))
        sealed = certified(tables, case.inputs) if tables.is_dir() else None
        certificate = certificate_parts(sealed, spoken) if tables.is_dir() else ()
        for part in (*certificate, *audit_parts(found, spoken, every_year=every_year)):
            _console().print(part)
        if csv is not None:
            _console().print(say("audit.written", spoken, file=csv))
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
    from mineralplan.results import read_results, write_again
    from mineralplan.words import say

    spoken, began = _language(lang), time.perf_counter()
    with _failures(spoken):
        record = read_results(results, scenario)
        write_again(results, record, spoken)
        for warning in record.warnings(spoken):
            _console(stderr=True).print(warning)
        _console().print(say("run.written", spoken, folder=results, seconds=f"{time.perf_counter() - began:.1f}"))


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

    spoken = _language(lang)
    with _failures(spoken):
        (case,) = _load([scenario], _overrides(changes, {}), spoken)
        check_target(out / f"{case.name}_explanation")
        try:
            with QuestionWatch(_console(stderr=True), case, spoken) as watch:
                found = explanation.explain(case, time_limit_s=time_limit, watch=watch)
        except explanation.TooLittleTime:
            _fail("explanation.too_little_time", spoken, name=case.name)
        _console().print(found.text(spoken))
        if not found.feasible:
            folder = found.report(out / f"{case.name}_explanation", lang=spoken, command=command_line())
            _console().print(say("run.written", spoken, folder=folder, seconds=f"{found.seconds:.1f}"))
        raise typer.Exit(DONE if found.feasible else NO)


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

    console = _console(stderr=True)
    console.print(say("run.begins", lang, name=case.name, title=case.title.text(lang)))
    began = time.perf_counter()
    try:
        with SearchWatch(console, lang) as watch:
            plan = solve(case, gap=gap, time_limit_s=time_limit, watch=watch)
    except NoPlan as nothing:
        return _explain(nothing, lang), False
    plan.report(folder, lang=lang, command=command_line())
    for part in (*result_tables(plan.record(), lang), usable_language(lang)[1]):
        if part:
            _console().print(part)
    _console().print(say("run.written", lang, folder=folder, seconds=f"{time.perf_counter() - began:.1f}"))
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

    console, case = _console(), nothing.case
    if nothing.status == "unbounded":
        _fail("run.unbounded", lang, name=case.name)
    if nothing.status != "infeasible":
        console.print(say("run.no_plan_in_time", lang, name=case.name))
        return FAILURE
    console.print(say("run.infeasible", lang, name=case.name))
    for part in reasons(case, *first_reasons(case), lang):
        console.print(part)
    return NO


def _load(scenarios: list[Path], overrides: dict[str, Any], lang: str) -> list[Case]:
    from mineralplan.inputs.faults import Faults, InputFaults
    from mineralplan.loading import load

    cases, faults = [], Faults()
    for path in scenarios:
        try:
            cases.append(load(path, overrides))
        except InputFaults as error:
            for fault in error.faults:
                faults.add(fault.file, fault.line, fault.item, fault.expected, fault.found)
    if faults.found:
        typer.echo(InputFaults(faults.found).text(lang), err=True)
        raise typer.Exit(BAD_INPUT)
    return cases


def _refuse_same_names(cases: list[Case], scenarios: list[Path], lang: str) -> None:
    """Two scenarios of one name would write into one folder."""
    from mineralplan.words import say

    names = [case.name for case in cases]
    for path, name in zip(scenarios, names, strict=True):
        if names.count(name) > 1:
            typer.echo(say("run.same_name", lang, name=name, file=path), err=True)
            raise typer.Exit(BAD_INPUT)


def _overrides(changes: list[str] | None, named: dict[str, Any]) -> dict[str, Any]:
    from mineralplan.inputs.documents import read_value
    from mineralplan.inputs.faults import InputFaults

    values = {name: value for name, value in named.items() if value is not None}
    for change in changes or []:
        name, sign, value = change.partition("=")
        if not sign:
            raise typer.BadParameter(f"{change!r}: name=value", param_hint="--set")
        try:
            values[name.strip()] = read_value(value)
        except InputFaults:
            raise typer.BadParameter(f"{change!r}: the value is no YAML", param_hint="--set") from None
    return values


def _language(lang: Language | None) -> str:
    from mineralplan.words import default_language

    return lang.value if lang else default_language()


def _console(*, stderr: bool = False) -> Console:
    from mineralplan.report.console import Console

    return Console(stderr=stderr)


@contextmanager
def _failures(lang: str) -> Iterator[None]:
    """End with code 2 and every fault of the input, or with 3 and one sentence where solver or machine failed."""
    from mineralplan.inputs.faults import InputFaults

    # What fails inside Pyomo reaches us as an exception; its own log would print it a second time.
    logging.getLogger("pyomo").setLevel(logging.CRITICAL)
    try:
        yield
    except typer.Exit:  # a RuntimeError, and no failure
        raise
    except InputFaults as error:
        typer.echo(error.text(lang), err=True)
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        _fail("run.interrupted", lang)
    except OSError as error:
        from mineralplan.outputs.folder import ForeignFolder
        from mineralplan.report.console import StreamFailure

        if isinstance(error, ForeignFolder):
            _fail("run.foreign", lang, code=BAD_INPUT, folder=error.filename)
        if isinstance(error, StreamFailure):
            _fail("run.stream", lang, what=error.strerror)
        where = [str(error.filename)] if error.filename else []
        _fail("run.system", lang, what=": ".join([*where, error.strerror or str(error)]))
    except MemoryError:
        _fail("run.system", lang, what=os.strerror(errno.ENOMEM))
    except RuntimeError as error:
        from mineralplan.solving.highs import SolverFailure

        if not isinstance(error, SolverFailure):
            raise
        _fail("run.system", lang, what=error)


def _fail(key: str, lang: str, *, code: int = FAILURE, **values: object) -> None:
    from mineralplan.inputs.faults import printable
    from mineralplan.words import say

    typer.echo(printable(say(key, lang, **values)), err=True)
    raise typer.Exit(code)


def main() -> None:
    """Run the command line."""
    from mineralplan.report.console import prepare_streams

    prepare_streams()
    try:
        app()
    except OSError:  # not even the failure could be said
        sys.exit(FAILURE)
