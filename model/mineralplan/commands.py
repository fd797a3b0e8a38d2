"""What every command shares: exit codes, options, and how faults and failures end it. Nothing heavy is imported."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mineralplan.case import Case
    from mineralplan.report.console import Console

DONE, NO, BAD_INPUT, FAILURE = 0, 1, 2, 3


class Language(StrEnum):
    """Languages the program speaks."""

    en = "en"
    zh = "zh"


Scenarios = Annotated[list[Path], typer.Argument(help="Scenario files (YAML).", show_default=False)]
Lang = Annotated[Language | None, typer.Option(help="Language of everything printed and drawn.", show_default="locale")]
Changes = Annotated[
    list[str] | None, typer.Option("--set", help="Change an input: name=value, e.g. caps.MINERAL=1000.")
]


Workers = Annotated[int, typer.Option(min=1, max=1024, help="Processes; their number changes no result.")]
Cluster = Annotated[
    str, typer.Option(help="Address of a Dask scheduler whose workers take their place: tcp://host:8786.",
                      show_default=False)
]


def load_all(scenarios: list[Path], overrides: dict[str, Any], lang: str) -> list[Case]:
    """Read all scenarios, or end with every fault of all of them."""
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


def refuse_same_names(cases: list[Case], scenarios: list[Path], lang: str) -> None:
    """Two scenarios of one name would write into one folder."""
    from mineralplan.words import say

    names = [case.name for case in cases]
    for path, name in zip(scenarios, names, strict=True):
        if names.count(name) > 1:
            typer.echo(say("run.same_name", lang, name=name, file=path), err=True)
            raise typer.Exit(BAD_INPUT)


def refuse_other_objectives(case: Case, lang: str) -> None:
    """End where a case does not minimise cost first: its study speaks of nothing else."""
    if case.objective[0] != "cost":
        fail("prices.not_cost", lang, code=BAD_INPUT, name=case.name, objective=case.objective[0])


def overrides_of(changes: list[str] | None, named: dict[str, Any]) -> dict[str, Any]:
    """Return what ``--set`` and options of their own change: dotted name → value."""
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


def language(lang: Language | None) -> str:
    """Return the language asked for, else the user's."""
    from mineralplan.words import default_language

    return lang.value if lang else default_language()


def console(*, stderr: bool = False) -> Console:
    """Return what to print on."""
    from mineralplan.report.console import Console

    return Console(stderr=stderr)


@contextmanager
def failures(lang: str, *, resumes: bool = False) -> Iterator[None]:
    """End with code 2 and every fault of the input, or with 3 and one sentence where solver or machine failed.

    Parameters
    ----------
    resumes : bool
        Whether a second start goes on where this one is interrupted.
    """
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
        fail("run.interrupted_kept" if resumes else "run.interrupted", lang)
    except OSError as error:
        from mineralplan.outputs.folder import ForeignFolder
        from mineralplan.report.console import StreamFailure

        if isinstance(error, ForeignFolder):
            fail("run.foreign", lang, code=BAD_INPUT, folder=error.filename)
        if isinstance(error, StreamFailure):
            fail("run.stream", lang, what=error.strerror)
        where = [str(error.filename)] if error.filename else []
        fail("run.system", lang, what=": ".join([*where, error.strerror or str(error)]))
    except MemoryError:
        fail("run.system", lang, what=os.strerror(errno.ENOMEM))
    except RuntimeError as error:
        from mineralplan.inputs.extras import MissingExtra
        from mineralplan.solving.highs import SolverFailure

        if isinstance(error, MissingExtra):
            fail("run.extra", lang, package=error.package, extra=error.extra)
        if not isinstance(error, SolverFailure):
            raise
        fail("run.system", lang, what=error)


def fail(key: str, lang: str, *, code: int = FAILURE, **values: object) -> None:
    """Say one sentence and end the command."""
    from mineralplan.inputs.faults import printable
    from mineralplan.words import say

    typer.echo(printable(say(key, lang, **values)), err=True)
    raise typer.Exit(code)
