"""The same case gives the same plan: twice in a process, in other processes, and at the same cost with two threads."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
from instances import location
from rulebook import ruled

from mineralplan.case import Case
from mineralplan.planning import Plan
from tiny import drawn, solved

HERE = Path(__file__).parent
SEEDS = (81, 94, 159)
ELSEWHERE = """
import json, sys
sys.path[:0] = sys.argv[1:3]
from test_repeatability import regions, summed
print(json.dumps([summed(region, threads=int(sys.argv[3])) for region in regions()]))
"""


def regions() -> list[Case]:
    """Return cases under all rules, and a location problem over which the solver has to branch."""
    dice = np.random.default_rng(3)
    sites = location(dice.integers(40, 90, 20).astype(float), dice.integers(300, 900, 20).astype(float),
                     dice.integers(3, 30, 30).astype(float), dice.integers(2, 60, (20, 30)).astype(float), mines=9)
    return [sites, *(ruled(seed) for seed in SEEDS)]


def written(plan: Plan) -> str:
    """Return every result table as it is written, byte for byte."""
    return "\n".join(table.to_csv(index=False) for table in astuple(plan.tables))


def summed(region: Case, threads: int = 1) -> tuple[float, str]:
    """Return the objective of a plan and the sha256 of its tables."""
    plan = solved(replace(region, options=region.options.model_copy(update={"threads": threads})))
    return plan.certificate.objective, hashlib.sha256(written(plan).encode()).hexdigest()


def elsewhere(*, threads: int, hash_seed: int) -> list[tuple[float, str]]:
    """Return what another process finds; the threads of HiGHS are fixed once and for all in a process."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(HERE), str(HERE.parent), str(threads)],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)}, capture_output=True, text=True, check=True,
    )
    return [(objective, digest) for objective, digest in json.loads(done.stdout)]


@pytest.mark.parametrize("seed", SEEDS)
def test_twice_the_same_tables(seed: int) -> None:
    for region in (ruled(seed), drawn(seed)):
        assert written(solved(region)) == written(solved(region))


@pytest.mark.slow
def test_another_process_finds_the_same_tables() -> None:
    """With another seed for hashing, sets and dictionaries of strings come in another order: nothing may show it."""
    here = [summed(region) for region in regions()]

    assert elsewhere(threads=1, hash_seed=1) == here
    assert elsewhere(threads=1, hash_seed=2) == here


def test_two_threads_find_the_same_cost() -> None:
    """They may settle ties otherwise, so the cost counts and not the tables."""
    here = [summed(region)[0] for region in regions()]

    assert [objective for objective, _ in elsewhere(threads=2, hash_seed=1)] == pytest.approx(here, rel=1e-7)
