"""The commands that play the years forward; `mineralplan.cli` puts them beside the others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mineralplan.commands import (
    BAD_INPUT,
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
from mineralplan.study_commands import no_plan, plan_of, written

if TYPE_CHECKING:
    from mineralplan.case import Case
    from mineralplan.planning import NoPlan
    from mineralplan.report.record import Record

Policies = Annotated[
    str, typer.Option(help="Of perfect, rolling, rolling1, rolling3 and so on, rolling_free, published, rule, and your "
                           "own as file.py:function.")
]


def evaluate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML) with observed years.", show_default=False)],
    plan: Annotated[
        Path | None, typer.Option(help="Results folder of the published plan.", show_default="solved anew")
    ] = None,
    gap: Annotated[
        float | None, typer.Option(min=0, help="Relative gap of each search.", show_default="scenario")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 when an indicator stays off course after the re-plan.")
    ] = False,
    out: Annotated[Path, typer.Option(help="It goes into a folder inside named with _evaluate.")] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
) -> None:
    """Evaluate a plan in mid-term or at its end: what was achieved, what is off course, why, and what to adjust."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.planning import NoPlan
    from mineralplan.report.studies.evaluate_text import proven, sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.studies.evaluate import evaluate as study

    spoken = language(lang)
    with failures(spoken):
        (case,) = load_all([scenario], overrides_of(changes, {}), spoken)
        target = out / f"{case.name}_evaluate"
        check_target(target)
        if not case.observed_years:
            fail("evaluate.none_observed", spoken, code=BAD_INPUT, name=case.name)
        refuse_other_objectives(case, spoken)
        published = None if plan is None else _published(case, plan, spoken)
        try:
            with CountWatch(console(stderr=True), spoken) as watch:
                found = study(case, plan=published, gap=gap, watch=watch)
        except NoPlan as nothing:
            _no_way_on(nothing, spoken)
        found.report(target, lang=spoken, command=command_line())
        for line in (*sentences(found.case, found.tables, found.said, spoken), *proven(found.said, spoken)):
            console().print(line)
        written(target, float(found.said["seconds"]["evaluate"]), spoken)
        if strict and found.off_course:
            raise typer.Exit(NO)


def _published(case: Case, folder: Path, lang: str) -> Record:
    """Return the published plan: whatever it was made from, it must be unchanged, and of the same blocks."""
    from mineralplan.results import read_results

    record = read_results(folder)
    same = record.case.district == case.district and set(record.case.blocks) <= set(case.blocks)
    whole = record.case.years[0] == case.years[0] and record.case.years[-1] == case.years[-1]
    if not (same and whole and record.certified and record.certified.holds):
        fail("evaluate.not_published", lang, code=BAD_INPUT, folder=folder)
    return record


def _no_way_on(nothing: NoPlan, lang: str) -> None:
    """Say which clauses collide with what was observed; where the published plan itself is none, only that."""
    from mineralplan.explanation import first_reasons
    from mineralplan.report.terminal import reasons
    from mineralplan.words import say

    if nothing.status != "infeasible" or not nothing.case.observed_years:
        no_plan(nothing, lang)
    console().print(say("evaluate.no_way_on", lang, name=nothing.case.name))
    for part in reasons(nothing.case, *first_reasons(nothing.case), lang):
        console().print(part)
    raise typer.Exit(NO)


def simulate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    look_ahead: Annotated[
        int, typer.Option(min=1, help="Years that the policy rolling looks ahead, the present one counted.")
    ] = 5,
    futures: Annotated[int, typer.Option(min=1, max=10_000, help="Futures to play.")] = 20,
    policies: Policies = "perfect,rolling,published,rule",
    expected: Annotated[bool, typer.Option("--expected", help="One future: everything comes as expected.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the futures.")] = 1,
    gap: Annotated[
        float | None, typer.Option(min=0, help="Relative gap of each search.", show_default="scenario")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="Results folder of the published plan.", show_default="solved anew")
    ] = None,
    workers: Workers = 1,
    cluster: Cluster = "",
    out: Annotated[Path, typer.Option(help="It goes into a folder inside named with _simulate.")] = Path("results"),
    lang: Lang = None,
    changes: Changes = None,
) -> None:
    """Play the years as they come, under several policies in the same futures."""
    from mineralplan.outputs.folder import check_target
    from mineralplan.outputs.manifest import command_line
    from mineralplan.planning import NoPlan
    from mineralplan.report.studies.simulate_text import proven, sentences
    from mineralplan.report.watch import CountWatch
    from mineralplan.simulation.policies import PolicyError
    from mineralplan.simulation.store import Store
    from mineralplan.studies.simulate import check_policies
    from mineralplan.studies.simulate import simulate as study

    spoken, names = language(lang), [name.strip() for name in policies.split(",") if name.strip()]
    with failures(spoken, resumes=True):
        (case,) = load_all([scenario], overrides_of(changes, {}), spoken)
        target = out / f"{case.name}_simulate"
        check_target(target)
        refuse_other_objectives(case, spoken)
        try:
            check_policies(names, look_ahead, futures)
        except ValueError as wrong:
            fail("simulate.no_policy", spoken, code=BAD_INPUT, names=wrong)
        published, store = None if plan is None else plan_of(case, plan, spoken), Store.beside(target)
        try:
            with CountWatch(console(stderr=True), spoken) as watch:
                found = study(case, policies=names, look_ahead=look_ahead, futures=futures, seed=seed,
                              expected=expected, gap=gap, plan=published, workers=workers, cluster=cluster,
                              store=store, watch=watch)
        except NoPlan as nothing:
            no_plan(nothing, spoken)
        except PolicyError as wrong:
            fail("simulate.policy_fault", spoken, code=BAD_INPUT, function=wrong.function, year=wrong.year,
                 what=wrong.what)
        found.report(target, lang=spoken, command=command_line())
        store.clear()
        said = found.manifest()
        for line in (*sentences(found.case, found.tables, said, spoken), *proven(found.tables, said, spoken)):
            console().print(line)
        written(target, float(said["seconds"]["simulate"]), spoken)
