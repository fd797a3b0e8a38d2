"""The years played as they come, under several policies in the same futures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import pandas as pd

from mineralplan.allocation import Allocation
from mineralplan.case import Case
from mineralplan.formulation.objectives import COST
from mineralplan.planning import Plan
from mineralplan.report.record import Record
from mineralplan.report.studies.simulate_text import html, page
from mineralplan.simulation.courses import (
    bands_table,
    events_table,
    forecasts_table,
    policies_table,
    stacked,
    summary_table,
)
from mineralplan.simulation.futures import Future, certain, draw_futures
from mineralplan.simulation.policies import Decide, function_of, source_of
from mineralplan.simulation.store import Store, digest
from mineralplan.simulation.workers import Crew, Failed, Task
from mineralplan.solving.highs import SolverFailure
from mineralplan.studies.courses import PERFECT, PUBLISHED, RULE, Setup, Start, prepare, work, years_ahead
from mineralplan.studies.solved import identity, solved_once
from mineralplan.studies.told import Told
from mineralplan.words import default_language

LOOK_AHEAD, FUTURES, SEED = 5, 20, 1
POLICIES = (PERFECT, "rolling", PUBLISHED, RULE)
STACKED = ("balance", "landbank", "indicators", "actions")
Answer = dict[str, Any]


@dataclass(frozen=True)
class Simulation(Told):
    """What every policy came to in every future.

    Attributes
    ----------
    case : Case
        As expected in the base year.
    answers : tuple of dict
        One per future and policy: cost, audit, allocation and tables.
    said : mapping
        What was asked, and how long it took.
    """

    kind: ClassVar[str] = "simulate"
    case: Case
    answers: tuple[Answer, ...] = field(repr=False)
    futures: tuple[Future, ...] = field(repr=False)
    said: Mapping[str, Any]

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by file name, as docs/simulate.md describes them."""
        found = {name: stacked(self.answers, name) for name in STACKED}
        policies = policies_table(self.answers, PERFECT)
        return {
            "policies": policies, "summary": summary_table(policies), **found, "bands": bands_table(found),
            "events": events_table(self.case, self.futures), "forecasts": forecasts_table(self.case, self.futures),
        }

    def allocation(self, policy: str, future: int) -> Allocation:
        """Return what was done under a policy in a future."""
        (own,) = (one for one in self.answers if (one["policy"], one["future"]) == (policy, future))
        return own["allocation"]  # type: ignore[no-any-return]

    @property
    def drawn_with(self) -> Mapping[str, Any]:
        """What every figure takes besides the tables."""
        return {"look_ahead": self.said["look_ahead"]}

    def manifest(self) -> dict[str, Any]:
        """Return what a reader needs to repeat the study."""
        return dict(self.said)

    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""
        return page(self.case, self.tables, self.manifest(), lang or default_language())

    def _repr_html_(self) -> str:
        return html(self.case, self.tables, self.manifest(), default_language())


def simulate(
    case: Case, *, policies: Sequence[str | Decide] = POLICIES, look_ahead: int = LOOK_AHEAD, futures: int = FUTURES,
    seed: int = SEED, expected: bool = False, gap: float | None = None, plan: Plan | Record | None = None,
    workers: int = 1, cluster: str = "", store: Store | None = None,
    watch: Callable[[int, int, int], None] | None = None,
) -> Simulation:
    """Play the years as they come under several policies, each in the same futures.

    Parameters
    ----------
    case : Case
        What is expected, and in ``case.futures`` how it may turn out otherwise.
    policies : sequence of str or callable
        ``perfect``, ``rolling``, ``rolling1`` and so on, ``rolling_free``, ``published``, ``rule``; a user's own as
        ``module:function``, as ``file.py:function``, or as the function itself: see docs/simulate.md.
    look_ahead : int
        Years that ``rolling`` looks ahead, the present one counted.
    futures : int
        How many are drawn; the first ones are the same however many.
    expected : bool
        Whether there is but one future, in which everything comes as expected.
    gap : float, optional
        Relative gap of every search; the scenario's otherwise.
    plan : Plan or Record, optional
        The published plan; the case is solved otherwise.
    workers, cluster, store, watch
        As of `mineralplan.ensemble`.

    Raises
    ------
    ValueError
        When a policy is none, or workers cannot load it, or the case does not minimise cost first.
    NoPlan
        When the case itself has no plan.
    SolverFailure
        When a course was given up, as its worker died time and again.
    """
    began = time.perf_counter()
    own = check_policies(policies, look_ahead, futures)
    names = [policy if isinstance(policy, str) else policy.__name__ for policy in policies]
    given = _given(policies, shared=workers > 1 or bool(cluster))
    if case.objective[0] != COST:
        raise ValueError(f"a case that minimises {COST} first, not {case.objective[0]}")
    ways = (certain(case),) if expected else draw_futures(case, futures, seed)
    wanted = case.options.gap if gap is None else gap
    base = _base(case, plan, store)
    setup = Setup(case, ways, base["allocation"], look_ahead, wanted, given)
    common = (*identity(case), case.objective, len(ways), seed, expected, wanted, base["allocation"].mines.to_csv())
    sources = {name: source_of(own[name]) if name in own else "" for name in names if name != PERFECT}
    played = _played(setup, common, sources, PERFECT in names, workers=workers, cluster=cluster, store=store,
                     watch=watch)
    order = {name: n for n, name in enumerate(names)}
    answers = tuple(sorted(played, key=lambda one: (order[one["policy"]], one["future"])))
    said = {
        "scenario": case.name, "look_ahead": look_ahead, "futures": len(ways), "seed": None if expected else seed,
        "keep_10kcny": case.futures.keep, "wanted_gap": wanted, "plan": base["certificate"],
        "uncertain": {} if expected else vars(case.futures), **_proven(names, answers),
        "seconds": {"simulate": time.perf_counter() - began},
    }
    return Simulation(case, answers, ways, said)


def _given(policies: Sequence[str | Decide], *, shared: bool) -> dict[str, Decide]:
    """Return the policies that were given as functions; other processes load only what stands in a file."""
    given = {policy.__name__: policy for policy in policies if not isinstance(policy, str)}
    typed = [name for name, function in given.items() if function.__module__ == "__main__"]
    if typed and shared:
        raise ValueError(f"with workers a policy stands in a file, file.py:function: {', '.join(typed)}")
    return given


def _proven(names: Sequence[str], answers: Sequence[Answer]) -> dict[str, Any]:
    """Return what the audits said of every policy, and where something was broken."""
    return {
        "policies": [*names],
        "statuses": {name: [one["audit"] for one in answers if one["policy"] == name] for name in names},
        "breaches": [(one["policy"], one["future"], *breach) for one in answers for breach in one["breaches"]],
    }


def check_policies(policies: Sequence[str | Decide], look_ahead: int, futures: int) -> dict[str, Decide]:
    """Return the users' own functions among some policies, by name.

    Raises
    ------
    ValueError
        With every policy that is none, and why a file of a user's does not load, or is named twice; or a count under 1.
    """
    own: dict[str, Decide] = {}
    wrong: list[str] = []
    names = [policy if isinstance(policy, str) else policy.__name__ for policy in policies]
    for name, policy in zip(names, policies, strict=True):
        if name in (PERFECT, PUBLISHED, RULE) or (years_ahead(name, look_ahead) or 0) >= 1:
            continue
        try:
            own[name] = function_of(policy) if isinstance(policy, str) else policy
        except ImportError as error:
            wrong.append(str(error) if ":" in name else name)
    wrong += sorted({name for name in names if names.count(name) > 1} - set(wrong))
    if wrong or not names or look_ahead < 1 or futures < 1:
        raise ValueError(", ".join(wrong) or f"look-ahead {look_ahead}, futures {futures}")
    return own


def _base(case: Case, plan: Plan | Record | None, store: Store | None) -> Answer:
    if plan is None:
        return solved_once(case, store)
    if isinstance(plan, Plan):
        return {"allocation": plan.allocation, "certificate": {
            name: getattr(plan.certificate, name) for name in ("status", "objective", "bound", "gap")}}
    kept = ("status", "objective", "bound", "gap")
    return {"allocation": plan.audit.allocation, "certificate": {name: plan.manifest.get(name) for name in kept}}


def _played(
    setup: Setup, common: tuple[Any, ...], policies: Mapping[str, str], foresight: bool, *, workers: int, cluster: str,
    store: Store | None, watch: Callable[[int, int, int], None] | None,
) -> Iterator[Answer]:
    """Yield every course; perfect foresight comes last and begins from the best that was done in its future.

    So it is never worse, however wide the gap at which its search stops.

    Parameters
    ----------
    policies : mapping of str to str
        Name → text of the user's own function: what is kept of one policy stands when another is written anew.
    """
    numbers, total = [*range(len(setup.futures))], len(setup.futures) * (len(policies) + foresight)
    ahead = {name: years_ahead(name, setup.look_ahead) for name in policies}
    first = [Task(digest("course", name, ahead[name], source, n, *common), (name, n, None)) for n in numbers
             for name, source in policies.items()]
    with Crew(prepare, setup, work, workers=workers, cluster=cluster) as crew:
        done = _sound(crew.run(first, store=store, watch=_of(total, 0, watch)))
        yield from done
        if foresight:
            starts = {n: _best([one for one in done if one["future"] == n], setup.plan) for n in numbers}
            last = [Task(digest("foreseen", n, start.mines.to_csv(), sorted(idle.items()), *common),
                         (PERFECT, n, (start, idle))) for n, (start, idle) in starts.items()]
            yield from _sound(crew.run(last, store=store, watch=_of(total, len(first), watch)))


def _best(courses: Sequence[Answer], plan: Allocation) -> Start:
    """Return the cheapest course that keeps every law and clause; without any, the published plan."""
    sound = [one for one in courses if one["audit"] != "broken"]
    best = min(sound, key=lambda one: one["cost"], default=None)
    return (plan, {}) if best is None else (best["allocation"], best["idle"])


def _sound(answers: Mapping[str, Any]) -> list[Answer]:
    lost = [answer for answer in answers.values() if isinstance(answer, Failed)]
    if lost:
        raise SolverFailure(lost[0].reason)
    return list(answers.values())


def _of(total: int, before: int, watch: Callable[[int, int, int], None] | None) -> Any:
    """Let a watcher see the courses of both rounds as one count."""
    return None if watch is None else lambda done, _, known: watch(before + done, total, before + known)
