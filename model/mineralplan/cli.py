"""The command line: parse, call, print. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from mineralplan.case import Case
    from mineralplan.planning import NoPlan, Plan
    from mineralplan.solving.highs import Progress

DONE, NO, BAD_INPUT, FAILURE = 0, 1, 2, 3
LOG_EVERY_S = 5.0

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
    spoken = _language(lang)
    with _failures(spoken):
        overrides = _overrides(changes, {"solve.threads": threads, "solve.seed": seed})
        # All inputs are read before anything is solved: bad input writes nothing.
        cases = _load(scenarios, overrides, spoken)
        _refuse_same_names(cases, scenarios, spoken)
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
    draws: Annotated[int | None, typer.Option(min=2, help="Draws of the band.", show_default="scenario")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of the draws.", show_default="scenario")] = None,
) -> None:
    """Project the demand: three estimators, bands, figures and a methods page; nothing is solved."""
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
            began, folder = time.perf_counter(), out / f"{case.name}_demand"
            projection = project_demand(case, draws=draws, seed=seed)
            projection.report(folder, lang=spoken, command=command_line())
            for part in (*demand_parts(case, projection.tables, spoken), usable_language(spoken)[1]):
                if part:
                    _console().print(part)
            _console().print(say("run.written", spoken, folder=folder, seconds=f"{time.perf_counter() - began:.1f}"))


def _solve_one(
    case: Case, folder: Path, lang: str, gap: float | None, time_limit: float | None, strict: bool
) -> tuple[int, bool]:
    """Solve and write one case; return the exit code and whether Ctrl-C ended the search."""
    from mineralplan.outputs.manifest import command_line
    from mineralplan.planning import NoPlan, solve
    from mineralplan.report.figures.fonts import usable_language
    from mineralplan.report.terminal import result_tables
    from mineralplan.words import say

    console = _console(stderr=True)
    console.print(say("run.begins", lang, name=case.name, title=case.title.text(lang)))
    began = time.perf_counter()
    try:
        with _Watch(console, lang) as watch:
            plan = solve(case, gap=gap, time_limit_s=time_limit, watch=watch)
    except NoPlan as nothing:
        return _explain(nothing, lang), False
    plan.report(folder, lang=lang, command=command_line())
    for part in (*result_tables(plan, lang), usable_language(lang)[1]):
        if part:
            _console().print(part)
    _console().print(say("run.written", lang, folder=folder, seconds=f"{time.perf_counter() - began:.1f}"))
    return NO if strict and _missed(plan) else DONE, plan.certificate.stopped == "interrupt"


def _missed(plan: Plan) -> bool:
    return any(not finding.holds for finding in plan.findings)


def _explain(nothing: NoPlan, lang: str) -> int:
    """Say which rules collide; nothing is written."""
    from mineralplan.analysis.conflict import conflict
    from mineralplan.report.terminal import conflict_table
    from mineralplan.solving.highs import Settings
    from mineralplan.words import say

    console, case = _console(), nothing.case
    if nothing.status != "infeasible":
        console.print(say("run.no_plan_in_time", lang, name=case.name))
        return FAILURE
    console.print(say("run.infeasible", lang, name=case.name))
    members = conflict(case, Settings(threads=case.options.threads, seed=case.options.seed))
    console.print(conflict_table(case, members, lang) if members else say("run.infeasible_data", lang))
    return NO


def _load(scenarios: list[Path], overrides: dict[str, Any], lang: str) -> list[Case]:
    from mineralplan.inputs.faults import InputFaults
    from mineralplan.loading import load

    cases, faults = [], []
    for path in scenarios:
        try:
            cases.append(load(path, overrides))
        except InputFaults as error:
            faults += [fault for fault in error.faults if fault not in faults]
    if faults:
        typer.echo(InputFaults(faults).text(lang), err=True)
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
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    values = {name: value for name, value in named.items() if value is not None}
    for change in changes or []:
        name, sign, value = change.partition("=")
        if not sign:
            raise typer.BadParameter(f"{change!r}: name=value", param_hint="--set")
        try:
            values[name.strip()] = YAML(typ="safe").load(value)
        except YAMLError:
            raise typer.BadParameter(f"{change!r}: the value is no YAML", param_hint="--set") from None
    return values


def _language(lang: Language | None) -> str:
    from mineralplan.words import default_language

    return lang.value if lang else default_language()


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    # A file or pipe gets full lines, not the 80 columns rich assumes there.
    stream = sys.stderr if stderr else sys.stdout
    living = stream.isatty()
    # Titles, names and paths are the user's: what stands in brackets is text, not markup.
    return Console(stderr=stderr, width=None if living else 160, highlight=False, soft_wrap=not living, markup=False,
                   emoji=False)


class _Watch:
    """Shows how far a search is: one living line on a terminal, plain lines in a log."""

    def __init__(self, console: Console, lang: str) -> None:
        self.console, self.lang, self.began, self.said = console, lang, time.perf_counter(), 0.0
        self.status = console.status("…") if console.is_terminal else None

    def __enter__(self) -> Callable[[str, Progress], None]:
        if self.status:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def __call__(self, objective: str, progress: Progress) -> None:
        seconds = time.perf_counter() - self.began
        if self.status is None and seconds - self.said < LOG_EVERY_S:
            return
        self.said = seconds
        line = self._line(objective, progress, seconds)
        if self.status:
            self.status.update(line)
        else:
            self.console.print(line)

    def _line(self, objective: str, progress: Progress, seconds: float) -> str:
        from mineralplan.words import say

        def shown(value: float) -> str:
            return f"{value:,.0f}" if abs(value) < float("inf") else "–"

        gap = f"{progress.gap:.3%}" if progress.gap < float("inf") else "–"
        return say("run.progress", self.lang, objective=say(f"objectives.{objective}.name", self.lang),
                   incumbent=shown(progress.incumbent), bound=shown(progress.bound), gap=gap, seconds=f"{seconds:.0f}")


@contextmanager
def _failures(lang: str) -> Iterator[None]:
    """End with code 3 and one sentence where the solver or the machine failed, or Ctrl-C came before any plan."""
    # What fails inside Pyomo reaches us as an exception; its own log would print it a second time.
    logging.getLogger("pyomo").setLevel(logging.CRITICAL)
    try:
        yield
    except KeyboardInterrupt:
        _fail("run.interrupted", lang)
    except OSError as error:
        _fail("run.system", lang, what=": ".join(filter(None, (error.filename, error.strerror or str(error)))))
    except RuntimeError as error:
        from mineralplan.solving.highs import SolverFailure

        if not isinstance(error, SolverFailure):
            raise
        _fail("run.system", lang, what=error)


def _fail(key: str, lang: str, **values: object) -> None:
    from mineralplan.words import say

    typer.echo(say(key, lang, **values), err=True)
    raise typer.Exit(FAILURE)


def main() -> None:
    """Run the command line."""
    app()
