"""A first plan: dives on the linear relaxation, then a search where plan and relaxation are apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mineralplan.solving.dive import Dive, Point
from mineralplan.solving.highs import Basis, Outcome, Progress, Settings, polish, relative_gap, solve
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.relaxed import Relaxation
from mineralplan.solving.safe_bound import safe_bound

SHARE, CLOSE_ENOUGH = 0.7, 0.002
"""A neighbourhood is searched to this share of the wanted gap and no closer than that: the rest is for the bound."""
TOO_LITTLE = 0.3
"""A neighbourhood is left when it can win less than this share of what a plan's gap is above the wanted one."""
APART = 0.25
"""Decisions in which a plan and the relaxation are this far apart are open in the plan's neighbourhood."""
AGAIN = 3.0
"""Further dives begin from a plan whose gap is no more than this many times the wanted one: they do not win more."""
FINE = 0.002
"""Rows that raise the relaxation by less than this share of the wanted gap are not waited for."""
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
        The first plan, without a point where none was found. Its bound is that of the linear relaxation: a
        neighbourhood's own bound says nothing of what lies outside it.
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

    A dive (`mineralplan.solving.dive`) gives a plan in the time of some linear programs, and further dives from it
    better ones. Where these are not good enough, HiGHS searches among the few decisions in which the best of them and
    the relaxation are apart.

    Parameters
    ----------
    known : Known, optional
        Where its plan is possible and not far from the bound, there is no dive: the search begins from that plan.
    """
    began = time.perf_counter()
    relaxation = Relaxation(program, settings, basis=known.basis, fine=FINE * settings.gap)
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
    lean = relaxation.lean
    dive = _dive(relaxation, lean, relaxed, _half(settings, time.perf_counter() - began))
    found = _dived(dive, nothing, settings.gap, on_progress)
    if found.x is not None and not found.stopped and found.gap > settings.gap:
        found = _around(found, relaxed, lean, _half(settings, time.perf_counter() - began), on_progress)
    return First(found if found.objective <= given.objective else replace(given, stopped=found.stopped), lean)


def _dive(relaxation: Relaxation, lean: Program, relaxed: Outcome, settings: Settings) -> Dive:
    """Return the dives on a relaxation, over the rows that it needed."""
    assert relaxed.x is not None and relaxed.basis is not None
    states = dict(zip(relaxation.program.rows, relaxed.basis[1], strict=True))
    basis = relaxed.basis[0], np.array([states[row] for row in lean.rows], dtype=np.int8)
    return Dive(lean, Point(relaxed.x, relaxed.objective, (lean.lower, lean.upper)), basis, settings)


def _dived(
    dive: Dive, nothing: Outcome, gap: float, on_progress: Callable[[Progress], None] | None
) -> Outcome:
    """Return the best plan of one dive, and of those after it for as long as they get better and it is not enough."""
    best = nothing
    try:
        plan = dive.first()
        while plan is not None:
            best = replace(nothing, status="feasible", x=plan.x, objective=plan.objective)
            if on_progress:
                on_progress(Progress(best.objective, best.bound, best.gap, 0.0, best.x))
            plan = dive.again(plan) if gap < best.gap <= AGAIN * gap else None
    except KeyboardInterrupt:  # between two linear programs
        return replace(best, stopped="interrupt")
    return replace(best, stopped="interrupt" if dive.interrupted else "")


def _around(
    plan: Outcome, relaxed: Outcome, lean: Program, settings: Settings,
    on_progress: Callable[[Progress], None] | None,
) -> Outcome:
    """Return the best that HiGHS finds among plans that differ from one only where it and the relaxation are apart."""
    assert plan.x is not None and relaxed.x is not None
    held = lean.integer & (np.abs(plan.x - relaxed.x) < APART)
    near = replace(lean, lower=np.where(held, plan.x, lean.lower), upper=np.where(held, plan.x, lean.upper))
    gap = max(min(SHARE * settings.gap, CLOSE_ENOUGH), TOO_LITTLE * (plan.gap - settings.gap))
    found = solve(near, replace(settings, gap=gap), start=plan.x,
                  on_progress=_of_the_whole(on_progress, plan.bound), target=_enough(plan.bound, settings.gap))
    if found.objective < plan.objective:
        return replace(found, bound=plan.bound, safe_bound=plan.safe_bound)
    return replace(plan, stopped=found.stopped)


def _half(settings: Settings, used: float) -> Settings:
    """Leave half of a time limit to what comes after."""
    left = settings.after(used).time_limit_s
    return replace(settings, time_limit_s=None if left is None else max(1.0, left / 2))


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
