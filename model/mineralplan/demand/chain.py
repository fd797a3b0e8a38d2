"""The demand chain: quantities that follow from one another, each a sum of factor × quantity.

A quantity has the shape (n, years, patterns): ``n`` points of the parameters, and one column for each pattern in which
demand spreads over the townships (people, urban people, rural people, each project). The chain is linear, so patterns
stay apart all the way down, and what a project asks for can be read off any quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mineralplan.demand.parameters import Array

BOTTOM_UP, PER_HEAD, CEMENT = ESTIMATORS = ("bottom_up", "per_head", "cement")
PEOPLE = "population"


@dataclass(frozen=True)
class Term:
    """One term of a quantity: ``factor × of``.

    Attributes
    ----------
    estimator : str
        The estimator it belongs to; empty where all share it.
    of : str
        Another quantity; empty where the factor stands by itself.
    factor : float or str
        A figure, or the name of a parameter.
    split : str
        The pattern of a term without ``of``.
    source : str
        Why it is so.
    """

    estimator: str
    quantity: str
    of: str
    factor: float | str
    split: str = PEOPLE
    source: str = ""


def of_estimator(terms: Iterable[Term], estimator: str) -> tuple[Term, ...]:
    """Return the terms an estimator uses."""
    return tuple(term for term in terms if term.estimator in ("", estimator))


def reachable(terms: Sequence[Term], given: Iterable[str]) -> set[str]:
    """Return the quantities that can be computed: those all of whose terms follow from what stands above them."""
    known = set(given)
    for quantity in dict.fromkeys(term.quantity for term in terms):
        if all(not term.of or term.of in known for term in terms if term.quantity == quantity):
            known.add(quantity)
    return known


def factor_of(term: Term, factors: Mapping[str, Array]) -> Array:
    """Return a term's factor, shape (n, years), (n, 1) or (1, 1)."""
    return factors[term.factor] if isinstance(term.factor, str) else np.array([[term.factor]])


def ancestors(terms: Sequence[Term], wanted: Iterable[str]) -> set[str]:
    """Return some quantities and all that they follow from."""
    needed = set(wanted)
    for term in reversed(terms):
        if term.quantity in needed:
            needed.add(term.of)
    return needed


def evaluate(
    terms: Sequence[Term], given: Mapping[str, Array], factors: Mapping[str, Array], patterns: Sequence[str],
    wanted: Iterable[str] | None = None,
) -> dict[str, Array]:
    """Return every quantity that can be computed.

    Parameters
    ----------
    terms : sequence of Term
        Of one estimator; a quantity stands below what it follows from.
    given : mapping of str to ndarray, shape (n, years, patterns)
        What the chain begins with.
    factors : mapping of str to ndarray, shape (n, years) or (n, 1)
        Parameters by name.
    patterns : sequence of str
    wanted : iterable of str, optional
        Compute no more than these and what they follow from.
    """
    result = dict(given)
    shape = next(iter(given.values())).shape
    can = reachable(terms, given)
    can = can if wanted is None else can & ancestors(terms, wanted)
    for term in terms:
        if term.quantity not in can:
            continue
        factor = factor_of(term, factors)
        if term.of:
            amount = factor[..., None] * result[term.of]
        else:
            amount = np.zeros(shape)
            amount[..., patterns.index(term.split)] = factor
        result[term.quantity] = result[term.quantity] + amount if term.quantity in result else amount
    return result


def components(terms: Sequence[Term], quantity: str) -> tuple[Term, ...]:
    """Return what a quantity is made up of: the terms of the first quantity above it that has more than one."""
    parts = [term for term in terms if term.quantity == quantity]
    while len(parts) == 1:
        above = [term for term in terms if term.quantity == parts[0].of]
        if not above:
            break
        parts = above
    return tuple(parts)
