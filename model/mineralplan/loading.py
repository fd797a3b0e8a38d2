"""What a notebook types first: read a scenario into a case. Imports neither the modeller nor the solver."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mineralplan.assembly.recipe import read_case
from mineralplan.case import Case
from mineralplan.formulation.objectives import OBJECTIVES
from mineralplan.rules import rule_items


def load(scenario: str | Path, overrides: Mapping[str, Any] | None = None) -> Case:
    """Read a scenario with its region into a case.

    Parameters
    ----------
    scenario : str or pathlib.Path
        A scenario file.
    overrides : mapping, optional
        Changes laid over it: dotted name → value.

    Raises
    ------
    InputFaults
        With every fault of every file.
    """
    return read_case(Path(scenario), rule_items(), OBJECTIVES, overrides)
