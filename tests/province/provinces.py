"""Provinces small enough to solve by hand, and any small province as one program."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from scipy import sparse

from mineralplan.case import Case
from mineralplan.province.bench import Bench, keys_of
from mineralplan.province.province import Province, TradeLink
from mineralplan.rules.output_cap import OutputCap
from mineralplan.solving import highs
from mineralplan.solving.program import Program
from tiny import YEAR, case, drawn, indicator, km, mine, supply

ONE = {YEAR: 1.0}


def link(source: str, target: str, most: float, handling: float, *, at: float = 0.0, years: tuple[int, ...] = (YEAR,),
         use: str = "works") -> TradeLink:
    return TradeLink(source, target, use, km(at), dict.fromkeys(years, handling), dict.fromkeys(years, most))


def trading(most: float = 4.0) -> Province:
    """Return A, which mines at 5 and wants 4, and B, which mines at 20 and wants 6; A may send to B at 2 more."""
    cheap = case([mine("M", 10.0, operating_cost=5.0)], 4.0)
    dear = case([mine("M", 10.0, operating_cost=20.0)], 6.0)
    return Province({"A": cheap, "B": dear}, (link("A", "B", most, 2.0),))


def capped() -> Province:
    """Return two districts that want 10 and mine at 5; A can buy at 12, B at 30; both together may mine 12."""
    def one(price: float) -> Case:
        return case([mine("M", 10.0, operating_cost=5.0)], 10.0, supplies={"I": supply("I", price, 20.0)})

    return Province({"A": one(12.0), "B": one(30.0)}, (), {"stone": {YEAR: 12.0}})


def drawn_province(seed: int) -> Province:
    """Return two districts drawn at random that trade both ways and share a cap, the same for the same seed."""
    dice = random.Random(seed)
    cases = {}
    for name in ("A", "B"):
        given = drawn(dice.randrange(10**6))
        caps = {"stone": indicator(dice.randint(12, 30))}
        cases[name] = replace(given, rules={**given.rules, OutputCap.name: caps})
    years = cases["A"].years
    links = tuple(
        link(a, b, dice.randint(1, 8), dice.randint(0, 3), at=dice.randint(0, 60), years=years)
        for a, b in (("A", "B"), ("B", "A"))
    )
    return Province(cases, links, {"stone": {year: float(dice.randint(10, 40)) for year in years}})


def as_one(province: Province) -> Program:
    """Return a province as one program: its districts side by side, and a row for all that they share."""
    bench = Bench(province)
    keys = (*province.most, *province.limits)
    row = {key: i for i, key in enumerate(keys)}
    parts = {name: bench.part(name)[1] for name in province.districts}
    blocks, constant = [], np.zeros(len(keys))
    for name, part in parts.items():
        own = keys_of(province, name)
        place = sparse.csr_array((np.ones(len(own)), ([row[key] for key in own], range(len(own)))),
                                 shape=(len(keys), len(own)))
        blocks.append(place @ part.takes)
        constant += place @ part.constant
    programs = [part.program for part in parts.values()]
    limits = np.array([0.0] * len(province.most) + list(province.limits.values()))
    matrix = sparse.vstack([sparse.block_diag([p.matrix for p in programs]), sparse.hstack(blocks)], format="csc")
    width = matrix.shape[1]

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(p, name) for p in programs])

    return Program(
        matrix, np.concatenate([joined("row_lower"), np.full(len(keys), -np.inf)]),
        np.concatenate([joined("row_upper"), limits - constant]), joined("lower"), joined("upper"), joined("integer"),
        joined("cost"), sum(p.offset for p in programs), tuple(("x", i) for i in range(width)),
        tuple(("row", i) for i in range(matrix.shape[0])), sparse.csr_array((0, width)), np.zeros(0), (),
    )


def optimum(province: Province) -> float:
    """Return the least cost of the whole, solved as one."""
    found = highs.solve(as_one(province), highs.Settings(gap=0.0))
    assert found.status == "optimal"
    return found.objective
