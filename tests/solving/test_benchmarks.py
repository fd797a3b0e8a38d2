"""Published optima, reached through the public `solve` at gap 0.

Capacitated location is a case with one mineral, one year and one option per block; what a customer asks for is a
zone's demand. The incremental instances of the folder (``multiperiod``) cannot be said honestly in this model: a
customer of theirs is served wholly or not at all and stays served, here a zone may be served in part and anew each
year.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from mineralplan.case import Case, Economics, Zone
from mineralplan.planning import solve
from tiny import ALL_MET, YEAR, block, case, indicator, km, label

Matrix = npt.NDArray[np.float64]
FOLDER = Path(os.environ.get("MINERALPLAN_BENCHMARKS") or Path(__file__).parents[3] / "shared" / "benchmarks")
QUICK = ("cap41", "cap44", "cap51", "cap62", "cap84", "cap101")
"""Plenty and little capacity, customers larger than any facility (cap44, cap51), 16 and 25 facilities."""
pytestmark = pytest.mark.skipif(
    not (FOLDER / "optima.csv").is_file(),
    reason=f"published instances are not there: {FOLDER} (set MINERALPLAN_BENCHMARKS to their folder)",
)


def published(folder: str) -> dict[str, float]:
    """Return the known optima of a folder by instance; none where the folder is absent."""
    if not (FOLDER / "optima.csv").is_file():
        return {}
    with (FOLDER / "optima.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file) if row["folder"] == folder}


@cache
def sums() -> dict[str, str]:
    """Return the expected sha256 of every file."""
    entries = [line.split() for line in (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()]
    return {name.removeprefix("./"): digest for digest, name in entries}


def words(file: str) -> list[str]:
    """Return the words of an instance whose bytes are those that were published."""
    content = (FOLDER / file).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sums()[file], f"{file} is not the file that was published"
    return content.decode("ascii").split()


def facility_location(instance: str) -> Case:
    """Return an OR-Library file of capacitated location; capa, capb and capc carry their capacity in the name."""
    name, _, number = instance.partition("_")
    text: Iterator[str] = iter(words(f"orlib_cap/{name}.txt"))
    facilities, customers = int(next(text)), int(next(text))
    sites = [(next(text), float(next(text))) for _ in range(facilities)]
    demand, costs = [], []
    for _ in range(customers):
        demand.append(float(next(text)))
        costs.append([float(next(text)) for _ in range(facilities)])
    assert next(text, None) is None, "more in the file than it announces"
    asked = [i for i, quantity in enumerate(demand) if quantity > 0]
    blocks = [
        block(f"F{j}", float(number or capacity), capital=fixed, resource=float(number or capacity))
        for j, (capacity, fixed) in enumerate(sites)
    ]
    return case(
        blocks, {("works", f"C{i}", YEAR): demand[i] for i in asked},
        zones={f"C{i}": Zone(f"C{i}", label(f"C{i}"), km(0)) for i in asked},
        routes={(f"F{j}", f"C{i}"): costs[i][j] / demand[i] for i in asked for j in range(facilities)},
        economics=Economics(haul=1.0, capital_life=1.0), rules={"supply_guarantee": ALL_MET},
    )


def p_median(instance: str) -> Case:
    """Return a p-median file: every node a block and a zone, p mines at most; an edge's last listing counts."""
    numbers = [int(word) for word in words(f"pmed/{instance}.txt")]
    nodes, edges, mines = numbers[:3]
    length: Matrix = np.zeros((nodes, nodes))
    for a, b, distance in np.array(numbers[3 : 3 + 3 * edges]).reshape(-1, 3):
        length[a - 1, b - 1] = length[b - 1, a - 1] = distance
    distance = shortest_path(csr_array(length), directed=False)
    names = [f"N{i}" for i in range(nodes)]
    return case(
        [block(name, float(nodes), resource=float(nodes)) for name in names],
        {("works", name, YEAR): 1.0 for name in names},
        zones={name: Zone(name, label(name), km(0)) for name in names},
        routes={(a, b): float(distance[i, j]) for i, a in enumerate(names) for j, b in enumerate(names)},
        economics=Economics(haul=1.0), rules={
            "supply_guarantee": ALL_MET, "mine_count": {"all": indicator(mines, unit="mines")}},
    )


def check(given: Case, optimum: float) -> None:
    """Assert that the optimum is reached, proven, and that the tables say the same."""
    plan = solve(given, gap=0.0)

    assert plan.certificate.status == "optimal"
    assert plan.certificate.objective == pytest.approx(optimum, rel=1e-6)
    assert plan.certificate.bound == pytest.approx(optimum, rel=1e-6)
    assert float(plan.costs["cost_10kcny"].sum()) == pytest.approx(optimum, rel=1e-6)
    assert plan.allocation.shortage.empty
    assert all(finding.holds for finding in plan.findings)


@pytest.mark.parametrize("instance", QUICK)
def test_capacitated_location(instance: str) -> None:
    check(facility_location(instance), published("orlib_cap")[instance])


@pytest.mark.slow
@pytest.mark.parametrize("instance", [name for name in published("orlib_cap") if name not in QUICK])
def test_capacitated_location_all(instance: str) -> None:
    check(facility_location(instance), published("orlib_cap")[instance])


@pytest.mark.parametrize(
    "instance", [pytest.param(name, marks=() if name == "pmed1" else pytest.mark.slow) for name in published("pmed")]
)
def test_p_median(instance: str) -> None:
    check(p_median(instance), published("pmed")[instance])


def test_every_instance_that_is_used_is_the_one_that_was_published() -> None:
    """Public copies of these files are often corrupted, and a wrong digit still parses and solves."""
    assert set(QUICK) <= set(published("orlib_cap"))
    for instance in QUICK:
        assert sum(facility_location(instance).demand.values()) == 58_268
