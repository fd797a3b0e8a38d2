"""A first plan: a dive on the linear relaxation, then a search among what it left open."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mineralplan.solving.dive import Dive, Point
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
    found = _dived(relaxation, relaxed, nothing, settings.after(time.perf_counter() - began), on_progress)
    return First(found if found.objective <= given.objective else replace(given, stopped=found.stopped), relaxation.lean)


def _dived(
    relaxation: Relaxation, relaxed: Outcome, nothing: Outcome, settings: Settings,
    on_progress: Callable[[Progress], None] | None,
) -> Outcome:
    """Return the best plan of one dive, and of a few more where it is not good enough."""
    assert relaxed.x is not None and relaxed.basis is not None
    lean, limit = relaxation.lean, settings.time_limit_s
    states = dict(zip(relaxation.program.rows, relaxed.basis[1], strict=True))
    basis = relaxed.basis[0], np.array([states[row] for row in lean.rows], dtype=np.int8)
    began = Point(relaxed.x, relaxed.objective, (lean.lower, lean.upper))
    dive = Dive(lean, began, basis, replace(settings, time_limit_s=None if limit is None else limit / 2))
    plan, best = dive.first(), nothing
    while plan is not None and plan.objective < best.objective:
        best = replace(nothing, status="feasible", x=plan.x, objective=plan.objective)
        if on_progress:
            on_progress(Progress(best.objective, best.bound, best.gap, 0.0, best.x))
        plan = None if best.gap <= settings.gap else dive.again(plan)
    return replace(best, stopped="interrupt" if dive.interrupted else "")


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
