"""A first plan: a dive on the linear relaxation, then a search among what it left open."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mineralplan.solving.highs import Basis, Outcome, Progress, Settings, polish, relative_gap, solve
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.relaxed import Relaxation
from mineralplan.solving.safe_bound import safe_bound

WHOLE = 1e-6
"""How near to a whole number counts as whole."""
AT_ONCE = 1 / 3
"""Share of the undecided decisions that a step settles, those nearest to a whole number."""
FEW = 0.2
"""The dive ends when no more than this share of the decisions is undecided."""
RISE = 0.003
"""How much a step may cost, as a part of the relaxation: one that costs more has shut out the good plans."""
SHARE = 0.7
"""The neighbourhood is searched to this share of the wanted gap: the rest is left for the bound."""
NEAR = 0.05
"""Relative gap within which a plan that is given is begun from."""


@dataclass(frozen=True)
class Known:
    """What is known before a search, of a program that differs little.

    Attributes
    ----------
    x : numpy.ndarray or None
        A point whose integers are the decisions of a plan; they need not be possible.
    basis : tuple of numpy.ndarray or None
        Of the linear relaxation.
    """

    x: Vector | None = None
    basis: Basis | None = None


NOTHING = Known()


@dataclass(frozen=True)
class First:
    """What comes before the search of a whole program.

    Attributes
    ----------
    outcome : Outcome
        The first plan, without a point where none was found, or where already the first step of the dive costs too
        much: then what the relaxation takes whole says little of the good plans. Its bound is that of the linear
        relaxation: a neighbourhood's own bound says nothing of what lies outside it.
    lean : Program
        The program without rows that follow from others for whole integers and that the relaxation never needed.
    """

    outcome: Outcome
    lean: Program


def first_plan(
    program: Program, settings: Settings, on_progress: Callable[[Progress], None] | None = None,
    known: Known = NOTHING,
) -> First:
    """Search for a good plan to begin from, with a bound that holds for the whole program.

    A dive keeps what the linear relaxation takes whole and settles a third of the rest, solves again from where it
    stood, and so on while the relaxation hardly rises; then HiGHS searches among what is left open. On a district this
    finds in seconds a plan within a percent of the bound, where HiGHS alone spends a minute on cuts first.

    Parameters
    ----------
    known : Known, optional
        Where its plan is possible and not far from the bound, there is no dive: the search begins from that plan.
    """
    began = time.perf_counter()
    relaxation = Relaxation(program, settings, basis=known.basis)
    relaxed = relaxation.solve()
    if relaxed.x is None and not relaxed.stopped:
        return First(relaxed, program)
    nothing = replace(relaxed, status="no plan", x=None, objective=np.inf)
    if relaxed.stopped or relaxed.x is None:  # cut short it is no plan, and what fewer rows prove may be little
        return First(nothing, program)
    assert relaxed.duals is not None
    if on_progress:  # from here on there is a bound, whatever becomes of the search
        on_progress(Progress(np.inf, relaxed.objective, np.inf, relaxed.seconds))
    nothing = replace(nothing, bound=relaxed.objective, safe_bound=safe_bound(program, relaxed.duals))
    given = _given(program, known.x, nothing, settings)
    if given.gap <= NEAR:
        return First(given, relaxation.lean)
    kept = _dive(relaxation, relaxed)
    if kept is None:
        return First(given, relaxation.lean)
    lean = relaxation.lean
    rest = _within(settings, time.perf_counter() - began)
    found = solve(replace(lean, lower=kept[0], upper=kept[1]), rest,
                  on_progress=_of_the_whole(on_progress, nothing.bound), target=_enough(nothing.bound, settings.gap))
    found = replace(found, bound=nothing.bound, safe_bound=nothing.safe_bound)
    return First(found if found.objective <= given.objective else replace(given, stopped=found.stopped), lean)


def _enough(bound: float, gap: float) -> float:
    """Return the objective at which a plan is within the wanted gap of the bound."""
    return bound + gap * abs(bound) / (1 + gap if bound < 0 else 1 - gap) if gap < 1 else np.inf


def _given(program: Program, x: Vector | None, nothing: Outcome, settings: Settings) -> Outcome:
    """Return the plan that some decisions lead to, with the bounds of the relaxation; ``nothing`` where they do not."""
    plan = None if x is None else polish(program, x, settings)
    if plan is None or plan.x is None:
        return nothing
    return replace(plan, bound=nothing.bound, safe_bound=nothing.safe_bound, duals=None, reduced=None, basis=None)


def _of_the_whole(watch: Callable[[Progress], None] | None, bound: float) -> Callable[[Progress], None] | None:
    """Let a watcher of the neighbourhood see the bound of the whole program."""
    if watch is None:
        return None
    return lambda progress: watch(replace(progress, bound=bound, gap=relative_gap(progress.incumbent, bound)))


def relaxation(program: Program) -> Program:
    """Return the linear relaxation of a program."""
    return replace(program, integer=np.zeros_like(program.integer))


def _dive(relaxation: Relaxation, relaxed: Outcome) -> tuple[Vector, Vector] | None:
    """Return bounds in which decisions are kept, None where not even one step stays within `RISE`."""
    assert relaxed.x is not None
    program = relaxation.program
    ceiling = relaxed.objective + RISE * abs(relaxed.objective)
    kept, x = None, relaxed.x
    while True:
        lower, upper = kept or (program.lower, program.upper)
        settle, near = _nearest(program, x), np.rint(x)
        narrower = np.where(settle, near, lower), np.where(settle, near, upper)
        outcome = relaxation.solve(*narrower)
        if outcome.x is None or outcome.stopped or outcome.objective > ceiling:
            return kept
        kept, x = narrower, outcome.x
        if _undecided(program, x).sum() <= FEW * program.integer.sum():
            return kept


def _undecided(program: Program, x: Vector) -> npt.NDArray[np.bool_]:
    undecided: npt.NDArray[np.bool_] = program.integer & (np.abs(x - np.rint(x)) >= WHOLE)
    return undecided


def _nearest(program: Program, x: Vector) -> npt.NDArray[np.bool_]:
    """Return the decisions that are whole, and of the others those nearest to a whole number."""
    undecided = _undecided(program, x)
    order = np.flatnonzero(undecided)
    order = order[np.argsort(np.abs(x - np.rint(x))[order], kind="stable")]
    settle: npt.NDArray[np.bool_] = program.integer & ~undecided
    settle[order[: int(np.ceil(AT_ONCE * len(order)))]] = True
    return settle


def _within(settings: Settings, used: float) -> Settings:
    """Leave half of a time limit to the search for the bound."""
    left = settings.after(used).time_limit_s
    return replace(settings, gap=settings.gap * SHARE, time_limit_s=None if left is None else max(1.0, left / 2))
