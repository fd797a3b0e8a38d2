"""The tables of a demand projection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mineralplan.case import Case
from mineralplan.demand.bands import Draws, quantiles
from mineralplan.demand.chain import BOTTOM_UP, ESTIMATORS, components, factor_of
from mineralplan.demand.model import PATTERNS, SPOIL, WORKS, DemandModel, Point
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.parameters import KAPPA, Array
from mineralplan.demand.reconciliation import AGREE_WITHIN, apart
from mineralplan.demand.sensitivity import Influence

EXPORT = "export"


@dataclass(frozen=True)
class DemandTables:
    """The tables of a projection, named as the files they are written to.

    Attributes
    ----------
    demand : pandas.DataFrame
        Every use, year and zone: 10, 50 and 90 % quantile of the draws around the central run.
    uses : pandas.DataFrame
        The same by use for the district.
    estimators : pandas.DataFrame
        What each estimator says, how far they lie apart, which one drives the scenario.
    drivers : pandas.DataFrame
        Every parameter as used, year by year.
    """

    demand: pd.DataFrame
    uses: pd.DataFrame
    estimators: pd.DataFrame
    components: pd.DataFrame
    minerals: pd.DataFrame
    stock: pd.DataFrame
    projects: pd.DataFrame
    drivers: pd.DataFrame
    calibration: pd.DataFrame
    sensitivity: pd.DataFrame
    exports: pd.DataFrame


def tables(case: Case, draws: Draws, influences: Mapping[int, list[Influence]]) -> DemandTables:
    """Return every table of a projection."""
    outlook = case.projected()
    found, point = outlook.central, outlook.point
    return DemandTables(
        demand=_demand(case, outlook, found, draws),
        uses=_uses(outlook, found, draws),
        estimators=_estimators(outlook, found, draws),
        components=_components(outlook, point, found),
        minerals=_minerals(case, outlook, found, draws),
        stock=_stock(outlook.model, point),
        projects=_projects(outlook, found),
        drivers=_drivers(outlook, point),
        calibration=_calibration(outlook, point),
        sensitivity=_sensitivity(outlook, influences),
        exports=_exports(outlook),
    )


Found = Mapping[str, Mapping[str, Array]]
"""Estimator → quantity → array of shape (1, years, patterns): the central run."""


def estimator_of(model: DemandModel, use: str) -> str:
    """Return the estimator that a use's demand comes from."""
    return model.estimator if model.has_own_way(model.estimator, use) else BOTTOM_UP


def _scaled(outlook: Outlook, use: str) -> Array:
    """Return the scenario's factor on a use, shape (years,)."""
    return np.array([outlook.factor(use, year) for year in outlook.model.years])


def _demand(case: Case, outlook: Outlook, found: Found, draws: Draws) -> pd.DataFrame:
    model, status = outlook.model, outlook.calibration.status
    rows: list[tuple[object, ...]] = []
    for use in model.uses:
        central = model.by_zone(use, model.of_driver(found, use))[0] * _scaled(outlook, use)[:, None]
        low, _, high = quantiles(draws.zones[use])
        for t, year in enumerate(model.years):
            for z, zone in enumerate(model.zones):
                rows.append((year, use, zone, low[t, z], central[t, z], high[t, z], estimator_of(model, use),
                             case.uses[use].unit, status))
    for entry in outlook.exports:
        rows += [(year, entry.use, entry.zone, q, q, q, EXPORT, case.uses[entry.use].unit, status)
                 for year, q in entry.quantity.items() if entry.on]
    names = ["year", "use", "zone", "low", "central", "high", "estimator", "unit", "calibration"]
    return pd.DataFrame(rows, columns=names).sort_values(["year", "use", "zone"], ignore_index=True)


def _uses(outlook: Outlook, found: Found, draws: Draws) -> pd.DataFrame:
    model, rows = outlook.model, []
    for use in model.uses:
        central = model.of_driver(found, use)[0].sum(axis=-1) * _scaled(outlook, use)
        low, middle, high = quantiles(draws.zones[use].sum(axis=-1, dtype=np.float64))
        rows += [(year, use, low[t], middle[t], high[t], central[t], model.quantities[use].unit,
                  estimator_of(model, use), outlook.calibration.status) for t, year in enumerate(model.years)]
    names = ["year", "use", "p10", "p50", "p90", "central", "unit", "estimator", "calibration"]
    return pd.DataFrame(rows, columns=names)


def _estimators(outlook: Outlook, found: Found, draws: Draws) -> pd.DataFrame:
    """Return one row per year, quantity and estimator; ``apart`` is the highest estimate over the lowest, less 1."""
    model, rows = outlook.model, []
    for quantity in dict.fromkeys((*model.headline, *model.uses)):
        central = {e: found[e][quantity][0].sum(axis=-1) for e in ESTIMATORS if quantity in found[e]}
        central = {e: values for e, values in central.items() if e == BOTTOM_UP or model.has_own_way(e, quantity)}
        drives = estimator_of(model, quantity)
        for t, year in enumerate(model.years):
            gap = apart(values[t] for values in central.values())
            for estimator, values in central.items():
                low, _, high = np.quantile(draws.totals[estimator, quantity][:, t], (0.1, 0.5, 0.9))
                rows.append((year, quantity, estimator, low, values[t], high, model.quantities[quantity].unit,
                             estimator == drives, gap, gap is not None and gap > AGREE_WITHIN,
                             outlook.calibration.status))
    names = ["year", "quantity", "estimator", "p10", "central", "p90", "unit", "drives", "apart", "flagged",
             "calibration"]
    return pd.DataFrame(rows, columns=names)


def _components(outlook: Outlook, point: Point, found: Found) -> pd.DataFrame:
    """Return what the first headline quantity is made up of, bottom-up, with the calibration factor in it."""
    model = outlook.model
    whole = model.headline[0]
    values, rows = found[BOTTOM_UP], []
    total = values[whole][0].sum(axis=-1)
    factors = model.factors(point)
    split: dict[str, Array] = {}
    for part in components(model.terms_of(BOTTOM_UP), whole):
        of = values[part.of][0].sum(axis=-1) if part.of else 1.0
        amount = factor_of(part, factors)[0] * of * np.ones_like(total)
        split[part.of or part.quantity] = split.get(part.of or part.quantity, np.zeros_like(total)) + amount
    modelled = sum(split.values())
    factor = np.divide(total, modelled, out=np.ones_like(total), where=modelled > 0)
    for t, year in enumerate(model.years):
        rows += [(year, part, split[part][t] * factor[t], model.quantities[whole].unit, outlook.calibration.status)
                 for part in split]
    return pd.DataFrame(rows, columns=["year", "component", "amount", "unit", "calibration"])


def _minerals(case: Case, outlook: Outlook, found: Found, draws: Draws) -> pd.DataFrame:
    """Return what each mineral has to give if every use takes its first mineral: demand ÷ yield, summed.

    ``after_other`` leaves out, at the centre, what recycled material and projects' own stone can meet.
    """
    model, rows = outlook.model, []
    served: dict[str, list[tuple[str, float]]] = {}
    for use, entry in case.uses.items():
        mineral, gain = next(iter(entry.served_by.items()))
        served.setdefault(mineral, []).append((use, gain))
    for mineral, parts in served.items():
        scaled = {use: _scaled(outlook, use) for use, _ in parts}
        central = sum(model.of_driver(found, use)[0].sum(axis=-1) * scaled[use] / gain for use, gain in parts)
        drawn = sum(draws.zones[use].sum(axis=-1, dtype=np.float64) / gain for use, gain in parts)
        low, _, high = quantiles(np.asarray(drawn))
        for t, year in enumerate(model.years):
            other = sum(_other(case, use, year) / gain for use, gain in parts)
            # What else there is in the base year nobody planned: the supplies begin with the planned years.
            left = max(0.0, central[t] - other) if year in case.years else None
            rows.append((year, mineral, low[t], central[t], high[t], left,
                         _cap(case, mineral, year), case.minerals[mineral].unit, outlook.calibration.status))
    names = ["year", "mineral", "p10", "central", "p90", "after_other", "cap", "unit", "calibration"]
    return pd.DataFrame(rows, columns=names).sort_values(["year", "mineral"], ignore_index=True)


def _other(case: Case, use: str, year: int) -> float:
    return sum(s.limit.get(year, 0.0) for s in case.supplies.values() if s.use == use and s.kind != "import")


def _cap(case: Case, mineral: str, year: int) -> float | None:
    indicator = case.rules.get("output_cap", {}).get(mineral)
    return indicator.schedule.at(year) if indicator and indicator.nature_in(year) != "off" else None


def _stock(model: DemandModel, point: Point) -> pd.DataFrame:
    rows = [
        (year, place, s.standing[0, t], s.inflow[0, t], s.outflow[0, t])
        for place, s in model.stocks(point).items() for t, year in enumerate(model.history)
    ]
    return pd.DataFrame(rows, columns=["year", "place", "standing_10k_m2", "inflow_10k_m2", "outflow_10k_m2"])


def _projects(outlook: Outlook, found: Found) -> pd.DataFrame:
    """Return aggregate and own stone of every project by year, before calibration."""
    model, values = outlook.model, found[BOTTOM_UP]
    rows = [
        (year, project.name, values[WORKS][0, t, column], values[SPOIL][0, t, column])
        for column, project in enumerate(model.projects, start=len(PATTERNS)) for t, year in enumerate(model.years)
    ]
    return pd.DataFrame(rows, columns=["year", "project", "aggregate_10kt", "own_stone_10kt"])


def _drivers(outlook: Outlook, point: Point) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    for parameter in outlook.model.parameters.values():
        years: Sequence[int | None] = parameter.years or (None,)
        by_year = {row.year: row for row in parameter.anchors}
        for t, year in enumerate(years):
            row = by_year.get(year)
            low, central, high = parameter.low[t], parameter.central[t], parameter.high[t]
            rows.append((parameter.name, year, low, central, high, parameter.unit, parameter.shared,
                         "scenario" if parameter.changed else row.basis if row else "interpolated",
                         row.grade if row else "", row.source if row else ""))
    kappa = float(point.parameters[KAPPA][0, 0])
    rows.append(("kappa_as_used", None, kappa, kappa, kappa, "-", False, outlook.calibration.status, "", ""))
    names = ["parameter", "year", "low", "central", "high", "unit", "shared", "basis", "grade", "source"]
    return pd.DataFrame(rows, columns=names).astype({"year": "Int64"})


def _calibration(outlook: Outlook, point: Point) -> pd.DataFrame:
    rows = [
        (entry.year, entry.quantity, entry.amount, modelled, modelled / entry.amount - 1,
         "fit" if entry.year == outlook.calibration.base_year else "test", entry.source)
        for entry, modelled in outlook.calibration.back_test(outlook.model, point)
    ]
    return pd.DataFrame(rows, columns=["year", "quantity", "observed", "modelled", "error", "role", "source"])


def _sensitivity(outlook: Outlook, influences: Mapping[int, list[Influence]]) -> pd.DataFrame:
    quantity = outlook.model.headline[0]

    def rows() -> Iterator[tuple[object, ...]]:
        for year, found in influences.items():
            for one in found:
                yield (year, quantity, one.input, one.low, one.high, one.first, one.first_error, one.total,
                       one.total_error)

    return pd.DataFrame(rows(), columns=["year", "quantity", "input", "low", "high", "first_order",
                                         "first_order_error", "total_order", "total_order_error"])


def _exports(outlook: Outlook) -> pd.DataFrame:
    rows = [(year, e.code, e.use, e.zone, quantity, e.on, e.basis, e.source)
            for e in outlook.exports for year, quantity in e.quantity.items()]
    return pd.DataFrame(rows, columns=["year", "export", "use", "zone", "quantity_10kt", "on", "basis", "source"])
