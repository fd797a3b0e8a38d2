"""The commands that play the years forward; `mineralplan.cli` puts them beside the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mineralplan.commands import (
    BAD_INPUT,
    Changes,
    Lang,
    console,
    fail,
    failures,
    language,
    load_all,
    overrides_of,
)
from mineralplan.study_commands import no_plan, plan_of, written


def simulate(
    scenario: Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)],
    look_ahead: Annotated[
        int, typer.Option(min=1, help="Years that the policy rolling looks ahead, the present one counted.")
    ] = 5,
    futures: Annotated[int, typer.Option(min=1, max=10_000, help="Futures to play.")] = 20,
    policies: Annotated[
        str, typer.Option(help="Of perfect, rolling, rolling1, rolling3 and so on, rolling_free, published, rule, and "
                               "your own as file.py:function.")
    ] = "perfect,rolling,published,rule",
    expected: Annotated[bool, typer.Option("--expected", help="One future: everything comes as expected.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the futures.")] = 1,
    gap: Annotated[
        float | None, typer.Option(min=0, help="Relative gap of each search.", show_default="scenario")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="Results folder of the published plan.", show_default="solved anew")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=1024, help="Processes; their number changes no result.")] = 1,
    cluster: Annotated[str, typer.Option(help="Address of a Dask scheduler.", show_default=False)] = "",
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
        if case.objective[0] != "cost":
            fail("prices.not_cost", spoken, code=BAD_INPUT, name=case.name, objective=case.objective[0])
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
