"""Published location problems as cases, read from files that lie beside the project.

A location problem is a case with one mineral, one use and one year: a facility is a block with one option, what opening
it costs is its capital (one year's life, no interest), a customer is a zone, and what a unit costs on its way stands in
the table of routes at a haulage price of 1. The folder is that which ``MINERALPLAN_BENCHMARKS`` names, or
``../shared/benchmarks``.
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
from mineralplan.case import Case, Zone
from mineralplan.economics import Economics
from mineralplan.planning import Plan
from tiny import YEAR, block, case, indicator, km, label

FOLDER = Path(os.environ.get("MINERALPLAN_BENCHMARKS", ROOT.parent / "shared" / "benchmarks"))
Numbers = npt.NDArray[np.float64]

needs_instances = pytest.mark.skipif(
    not (FOLDER / "optima.csv").is_file(),
    reason=f"no published instances in {FOLDER}: set MINERALPLAN_BENCHMARKS to their folder",
)


@cache
def optima() -> dict[str, float]:
    """Return the published optimum of every instance."""
    with (FOLDER / "optima.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file)}


@cache
def _sums() -> dict[str, str]:
    lines = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {name.strip().removeprefix("./"): digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def text(name: str) -> str:
    """Return the text of an instance, only if it is the one that was published: a wrong digit still parses."""
    content = (FOLDER / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == _sums()[name], f"{name} is not the published file"
    return content.decode("ascii")


def agrees(plan: Plan, name: str) -> None:
    """Assert that a plan is the published optimum, proven, with nobody unserved and every binding rule kept."""
    assert plan.certificate.objective == pytest.approx(optima()[name], rel=1e-6)
    assert plan.certificate.gap <= 1e-6
    assert all(finding.holds for finding in plan.findings if finding.nature == "binding")


def location(capacity: Numbers, fixed: Numbers, demand: Numbers, unit_cost: Numbers, *, mines: int | None) -> Case:
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


def capacitated(name: str) -> Case:
    """Read an instance of OR-Library's cap files: a customer's costs are those of serving all of it.

    capa, capb and capc leave the capacity open; the instance's name says it: ``capa_14000``.
    """
    file, _, capacity = name.partition("_")
    words = text(f"orlib_cap/{file}.txt").split()
    numbers = np.array([capacity if word == "capacity" else word for word in words], dtype=float)
    facilities, customers = int(numbers[0]), int(numbers[1])
    sites = numbers[2 : 2 + 2 * facilities].reshape(facilities, 2)
    table = numbers[2 + 2 * facilities :].reshape(customers, 1 + facilities)
    demand = table[:, 0]
    return location(sites[:, 0], sites[:, 1], demand, (table[:, 1:] / demand[:, None]).T, mines=None)


def median(name: str) -> Case:
    """Read an OR-Library p-median: every node a block and a zone, at most p mines."""
    numbers = [int(word) for word in text(f"pmed/{name}.txt").split()]
    nodes, edges, most = numbers[:3]
    lengths = {}
    for a, b, length in np.array(numbers[3:]).reshape(edges, 3):
        lengths[min(a, b) - 1, max(a, b) - 1] = float(length)  # the last listing of an edge counts
    starts, ends = zip(*lengths, strict=True)
    graph = csr_array((list(lengths.values()), (starts, ends)), shape=(nodes, nodes))
    distance = shortest_path(graph, directed=False)
    return location(np.full(nodes, float(nodes)), np.zeros(nodes), np.ones(nodes), distance, mines=most)


def wide(name: str) -> Case:
    """Read an instance of test bed 1: unit costs, one row of customers for each facility."""
    numbers = np.array(text(f"tbed1/{name}.txt").split(), dtype=float)
    customers, facilities = int(numbers[0]), int(numbers[1])
    demand, capacity, fixed, cost = np.split(numbers[2:], np.cumsum([customers, facilities, facilities]))
    return location(capacity, fixed, demand, cost.reshape(facilities, customers), mines=None)
