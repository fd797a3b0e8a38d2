"""Units, converted once at the boundary: inside the program one unit per quantity.

Mass 10⁴ t (``10kt``), volume 10⁴ m³ (``10km3``), money 10⁴ CNY (``10kcny``), distance km, time year.
A unit cost in CNY/t equals 10⁴ CNY per 10⁴ t, so no factor appears anywhere else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# How a unit is written in a column's name, a plan file or a scenario, and what pint calls it.
SPELLINGS = {
    "10kt": "wan_tonne",
    "万吨": "wan_tonne",
    "t": "tonne",
    "吨": "tonne",
    "kt": "kilotonne",
    "mt": "megatonne",
    "10km3": "wan_m3",
    "万立方米": "wan_m3",
    "万m3": "wan_m3",
    "m3": "meter**3",
    "立方米": "meter**3",
    "10kcny": "wan_cny",
    "万元": "wan_cny",
    "cny": "cny",
    "元": "cny",
    "mcny": "1000000*cny",
    "km": "kilometer",
    "m": "meter",
    "km2": "kilometer**2",
    "ha": "hectare",
    "m2": "meter**2",
    "a": "year",
    "年": "year",
    "d": "day",
    "日": "day",
    "kg": "kilogram",
}


class UnitError(ValueError):
    """A unit that is not known, or of another kind than the quantity."""


@cache
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry()
    registry.define("wan_tonne = 10000 * tonne")
    registry.define("wan_m3 = 10000 * meter**3")
    registry.define("cny = [currency]")
    registry.define("wan_cny = 10000 * cny")
    return registry


@cache
def _unit(spelling: str) -> Any:
    """Return the pint unit of e.g. ``10kt_a``, ``10kt/a``, ``cny_t``, ``万吨/年``, ``cny_t_km``."""
    parts = [part for part in re.split(r"[/_·]", spelling.strip().lower()) if part]
    if not parts or any(part not in SPELLINGS for part in parts):
        raise UnitError(spelling)
    result = _registry()(SPELLINGS[parts[0]])
    for part in parts[1:]:
        result = result / _registry()(SPELLINGS[part])
    return result


@cache
def factor(found: str, wanted: str, density_t_m3: float | None = None) -> float:
    """Return what a number in unit ``found`` is multiplied with to be in unit ``wanted``.

    Parameters
    ----------
    found, wanted : str
        Units as spelt in files: ``"Mt/a"``, ``"10kt_a"``, ``"万立方米"``.
    density_t_m3 : float, optional
        In-place density that turns a volume into a mass, t/m³.

    Raises
    ------
    UnitError
        When a unit is unknown or cannot become the other.
    """
    if found == wanted:
        return 1.0
    have, want = _unit(found), _unit(wanted)
    if have.dimensionality != want.dimensionality and density_t_m3 is not None:
        have = have * density_t_m3 * _registry()("tonne/meter**3")
    if have.dimensionality != want.dimensionality:
        raise UnitError(found)
    # 12 digits: pint's float chain turns 100 into 99.99999999999999.
    return float(f"{(have / want).to_base_units().magnitude:.12g}")


def is_volume(unit: str) -> bool:
    """Return whether the unit measures a volume (per year or not)."""
    try:
        return "[length]" in str(_unit(unit).dimensionality) and "[mass]" not in str(_unit(unit).dimensionality)
    except UnitError:
        return False


def split_column(name: str, stems: dict[str, str]) -> tuple[str, str] | None:
    """Return the field and the unit that a column name carries.

    Parameters
    ----------
    name : str
        A header that is not a field's own name, e.g. ``resource_mt``.
    stems : dict
        From the fields' names without their unit to the fields' names.

    Returns
    -------
    tuple of (field, unit) or None
        None when the name belongs to no field.
    """
    for stem in sorted(stems, key=len, reverse=True):
        if name.startswith(f"{stem}_"):
            return stems[stem], name.removeprefix(f"{stem}_")
    return None
