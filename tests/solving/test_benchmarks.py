"""Published optima of location problems, found again through the public door.

A location problem is a case with one mineral, one use and one year: a facility is a block with one option, what opening
it costs is its capital (one year's life, no interest), a customer is a zone, and what a unit costs on its way stands in
the table of routes at a haulage price of 1. The instances lie beside the project, in the folder that
``MINERALPLAN_BENCHMARKS`` names or in ``../shared/benchmarks``.

The incremental service instances of that folder (multiperiod) are left out: there a customer once served stays served
and a number of customers is asked for, neither of which a mining plan knows.
"""

from __future__ import annotations

import csv
import hashlib
import os
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from conftest import ROOT
from mineralplan.case import Case, Economics, Zone
from mineralplan.planning import Plan, solve
from tiny import YEAR, block, case, indicator, km, label, solved

FOLDER = Path(os.environ.get("MINERALPLAN_BENCHMARKS", ROOT.parent / "shared" / "benchmarks"))
Numbers = npt.NDArray[np.float64]

pytestmark = pytest.mark.skipif(
    not (FOLDER / "optima.csv").is_file(),
    reason=f"no published instances in {FOLDER}: set MINERALPLAN_BENCHMARKS to their folder",
)

QUICK = ("cap41", "cap62", "cap73", "cap81", "cap103", "cap131")
SLOW = (
    "cap42", "cap43", "cap44", "cap51", "cap61", "cap64", "cap71", "cap72", "cap74", "cap82", "cap83", "cap84", "cap91",
    "cap92", "cap93", "cap101", "cap102", "cap104", "cap111", "cap112", "cap114", "cap121", "cap122", "cap123",
    "cap132", "cap133", "cap134",
)

LARGE = ("p1", "p6", "p11", "p16")


@cache
def _optima() -> dict[str, float]:
    with (FOLDER / "optima.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file)}


@cache
def _sums() -> dict[str, str]:
    lines = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name.strip().removeprefix("./"): digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def _text(name: str) -> str:
    """Return the text of an instance, only if it is the one that was published: a wrong digit still parses."""
    content = (FOLDER / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == _sums()[name], f"{name} is not the published file"
    return content.decode("ascii")


def _location(capacity: Numbers, fixed: Numbers, demand: Numbers, unit_cost: Numbers, *, mines: int | None) -> Case:
    """Return the case of a location problem; ``unit_cost`` has the shape (facilities, customers)."""
    blocks = [block(f"F{i}", float(c), capital=float(f), resource=float(c))
              for i, (c, f) in enumerate(zip(capacity, fixed, strict=True))]
    zones = {f"C{j}": Zone(f"C{j}", label(f"C{j}"), km(0.0)) for j in range(len(demand))}
    routes = {(f"F{i}", f"C{j}"): float(cost) for (i, j), cost in np.ndenumerate(unit_cost)}
    # Dearer than to open a facility for the last unit of somebody's demand: nobody stays unserved.
    unserved = 10 * float(unit_cost.max() + fixed.max())
    return case(
        blocks, {("works", f"C{j}", YEAR): float(q) for j, q in enumerate(demand)}, zones=zones, routes=routes,
        economics=Economics(haul=1.0), unserved=unserved,
        rules={} if mines is None else {"mine_count": {"all": indicator(mines, unit="mines")}},
    )


def _capacitated(name: str) -> Case:
    """Read an instance of OR-Library's cap files: a customer's costs are those of serving all of it."""
    numbers = np.array(_text(f"orlib_cap/{name}.txt").split(), dtype=float)
    facilities, customers = int(numbers[0]), int(numbers[1])
    sites = numbers[2 : 2 + 2 * facilities].reshape(facilities, 2)
    table = numbers[2 + 2 * facilities :].reshape(customers, 1 + facilities)
    demand = table[:, 0]
    return _location(sites[:, 0], sites[:, 1], demand, (table[:, 1:] / demand[:, None]).T, mines=None)


def _median(name: str) -> Case:
    """Read an OR-Library p-median: every node a block and a zone, at most p mines."""
    numbers = [int(word) for word in _text(f"pmed/{name}.txt").split()]
    nodes, edges, most = numbers[:3]
    lengths = {}
    for a, b, length in np.array(numbers[3:]).reshape(edges, 3):
        lengths[min(a, b) - 1, max(a, b) - 1] = float(length)  # the last listing of an edge counts
    starts, ends = zip(*lengths, strict=True)
    graph = csr_array((list(lengths.values()), (starts, ends)), shape=(nodes, nodes))
    distance = shortest_path(graph, directed=False)
    return _location(np.full(nodes, float(nodes)), np.zeros(nodes), np.ones(nodes), distance, mines=most)


def _wide(name: str) -> Case:
    """Read an instance of test bed 1: unit costs, one row of customers for each facility."""
    numbers = np.array(_text(f"tbed1/{name}.txt").split(), dtype=float)
    customers, facilities = int(numbers[0]), int(numbers[1])
    demand, capacity, fixed, cost = np.split(numbers[2:], np.cumsum([customers, facilities, facilities]))
    return _location(capacity, fixed, demand, cost.reshape(facilities, customers), mines=None)


def _agrees(plan: Plan, name: str) -> None:
    assert plan.certificate.objective == pytest.approx(_optima()[name], rel=1e-6)
    assert plan.certificate.gap <= 1e-6
    assert plan.allocation.shortage.empty
    assert all(finding.holds for finding in plan.findings)


@pytest.mark.parametrize("name", QUICK)
def test_published_optima_of_capacitated_location(name: str) -> None:
    """OR-Library's value, to its last printed digit; from 16 facilities and 50 customers to 50 and 50.

    A capacity row per customer, or demand that may not be split, would give a dearer plan; shipments without their
    share of the fixed cost a cheaper one.
    """
    _agrees(solved(_capacitated(name)), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_more_published_optima_of_capacitated_location(name: str) -> None:
    """The rest of the small files."""
    _agrees(solved(_capacitated(name)), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pmed1", "pmed2", "pmed5"])
def test_published_optima_of_the_p_median(name: str) -> None:
    """The mine limit does the work here: at most p of 100 mines, each of which could serve everybody."""
    _agrees(solved(_median(name)), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_the_published_optimum_lies_between_bound_and_plan(name: str) -> None:
    """Test bed 1, 300 facilities and 300 customers, can take minutes to prove; half a minute brackets it.

    The relaxation lies within 1 % of p1 and p16 and the first plans are good, so a bracket wider than 2 % means
    that a bound or a plan was lost on the way.
    """
    optimum = _optima()[name]
    certificate = solve(_wide(name), gap=0.0, time_limit_s=30).certificate

    assert certificate.bound <= optimum * (1 + 1e-6)
    assert optimum <= certificate.objective * (1 + 1e-6)
    assert certificate.gap <= 0.02


@pytest.mark.parametrize("name", QUICK)
def test_the_instances_are_read_whole(name: str) -> None:
    """The demand of every small file adds up to 58,268."""
    assert sum(_capacitated(name).demand.values()) == pytest.approx(58_268)


def test_every_instance_named_here_has_a_published_value() -> None:
    """No name is misspelt, and none of the small files is forgotten."""
    small = {name for name in _optima() if name.startswith("cap") and "_" not in name}

    assert small == {*QUICK, *SLOW}
