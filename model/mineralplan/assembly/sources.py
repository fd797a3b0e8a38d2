"""What a case is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mineralplan.inputs.region import Region
from mineralplan.inputs.scenario import Layers


@dataclass(frozen=True)
class Sources:
    """The files of a case as they were read, and what their names may refer to.

    Attributes
    ----------
    region : Region
    layers : Layers
        The scenario's values, every layer laid over those below.
    scenario_file : str
        How reports call the scenario.
    rule_items : mapping of str to str
        Known rules and the kind of their items.
    objectives : tuple of str
        Known objectives.
    """

    region: Region
    layers: Layers
    scenario_file: str
    rule_items: Mapping[str, str]
    objectives: tuple[str, ...]
