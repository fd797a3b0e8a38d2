"""The economic parameters of a case: what things cost, and how cost of different years is weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Economics:
    """Economic parameters; those by mineral or use are 0 where they are not given.

    Attributes
    ----------
    discount_rate : float
        Per year.
    capital_life : float
        Years over which capital cost is annualised.
    haul, loading : float
        CNY per t and km; CNY per t.
    detour : float
        Road distance ÷ great circle.
    working_rate : float
        Least output of a working mine, share of its licensed capacity.
    green_upgrade : float
        CNY per t/a of capacity to bring a mine to the green standard, once.
    carbon_price : float
        CNY per t CO₂e.
    haul_carbon : float
        kg CO₂e per t and km.
    resource_tax, restoration : mapping
        CNY per t mined, by mineral.
    concession : mapping
        CNY per t of resource consumed, by mineral.
    mining_carbon : mapping
        kg CO₂e per t mined, by mineral.
    shortage : mapping
        Value of unserved demand, CNY/t, by use.
    """

    discount_rate: float = 0.0
    capital_life: float = 1.0
    haul: float = 0.0
    loading: float = 0.0
    detour: float = 1.0
    working_rate: float = 0.0
    green_upgrade: float = 0.0
    carbon_price: float = 0.0
    haul_carbon: float = 0.0
    resource_tax: Mapping[str, float] = field(default_factory=dict)
    concession: Mapping[str, float] = field(default_factory=dict)
    restoration: Mapping[str, float] = field(default_factory=dict)
    mining_carbon: Mapping[str, float] = field(default_factory=dict)
    shortage: Mapping[str, float] = field(default_factory=dict)

    @property
    def capital_recovery_factor(self) -> float:
        """Yearly payment per unit of capital over its life."""
        if self.discount_rate == 0:
            return 1 / self.capital_life
        return float(self.discount_rate / (1 - (1 + self.discount_rate) ** -self.capital_life))
