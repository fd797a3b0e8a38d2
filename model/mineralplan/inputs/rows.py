"""The rows of a region's tables; the attribute comments are the data dictionary.

A column carries its unit in its name. Every table but `RouteRow` ends with ``basis`` (published, derived,
illustrative, measured, judgement) and ``source``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from mineralplan.inputs.numbers import Amount, Number, OptionalAmount, OptionalWhole, Positive, Share, Whole, number

Basis = Literal["published", "derived", "illustrative", "measured", "judgement"]
Name = Annotated[str, Field(min_length=1)]
Longitude = Annotated[float, BeforeValidator(number), Field(ge=-180, le=180)]
Latitude = Annotated[float, BeforeValidator(number), Field(ge=-90, le=90)]


class Row(BaseModel):
    """One row; unknown columns are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Sourced(Row):
    """A row that says where it comes from."""

    basis: Basis
    source: Name


class ZoneRow(Sourced):
    """A place with demand, or a neighbour to trade with (``zones.csv``)."""

    zone: Name
    name_zh: Name
    name_en: Name
    kind: Literal["township", "neighbour"]
    lon: Longitude
    lat: Latitude
    population: Amount


class BlockRow(Sourced):
    """A candidate mining block (``blocks.csv``); for geothermal water read 10⁴ m³ for 10⁴ t."""

    block: Name
    name_zh: Name
    name_en: Name
    mineral: Name
    status: Literal["existing", "new", "merged"]
    zone: Name
    lon: Longitude
    lat: Latitude
    area_km2: Amount
    resource_10kt: Positive
    usable_share: Share
    recovery: Share
    method: Literal["open_pit", "underground", "well"]
    capacity_10kt_a: Positive
    expanded_capacity_10kt_a: OptionalAmount = None
    earliest_year: OptionalWhole = None
    latest_year: OptionalWhole = None
    area: str = ""
    overlap: str = ""
    green: Literal["yes", "no"]
    capital_10kcny: Amount
    expansion_capital_10kcny: OptionalAmount = None
    fixed_10kcny_a: Amount
    operating_cny_t: Amount
    closure_10kcny: Amount
    parents: str = ""

    @field_validator("expanded_capacity_10kt_a")
    @classmethod
    def _expansion_grows(cls, value: float | None, info: object) -> float | None:
        base = getattr(info, "data", {}).get("capacity_10kt_a")
        if value is not None and base is not None and value <= base:
            raise PydanticCustomError("fault_expansion", "more than the capacity", {"value": base})
        return value


class AdditionRow(Sourced):
    """Resource expected from exploration (``additions.csv``), usable from its year on."""

    block: Name
    year: Whole
    resource_10kt: Positive


class SupplyRow(Sourced):
    """Supply from outside the blocks (``supplies.csv``); several rows of one supply differ in ``from_year``."""

    supply: Name
    name_zh: Name
    name_en: Name
    kind: Literal["import", "recycled"]
    use: Name
    zone: Name
    from_year: Whole
    price_cny_t: Amount
    limit_10kt_a: Amount


class ExportRow(Sourced):
    """What a neighbour would buy, and what it would pay delivered (``exports.csv``)."""

    use: Name
    zone: Name
    from_year: Whole
    quantity_10kt_a: Amount
    value_cny_t: Amount


class EconomicRow(Sourced):
    """One economic parameter, by mineral or use where ``item`` names one (``economics.csv``)."""

    parameter: Name
    item: str = ""
    value: Number
    unit: Name


class ChainRow(Sourced):
    """One step of the demand chain (``demand/chain.csv``): ``quantity = factor × of``."""

    quantity: Name
    of: str = ""
    year: OptionalWhole = None
    factor: Amount
    unit: Name


class PlaceRow(Sourced):
    """Where a use is consumed, if not by everybody (``demand/places.csv``)."""

    use: Name
    zone: Name
    share: Share


class RouteRow(Row):
    """A road distance that replaces the estimate (``routes.csv``)."""

    source: Name
    zone: Name
    distance_km: Positive


KEYS: dict[type[Row], tuple[str, ...]] = {
    ZoneRow: ("zone",),
    BlockRow: ("block",),
    AdditionRow: ("block", "year"),
    SupplyRow: ("supply", "from_year"),
    ExportRow: ("use", "zone", "from_year"),
    EconomicRow: ("parameter", "item"),
    ChainRow: ("quantity", "year"),
    PlaceRow: ("use", "zone"),
    RouteRow: ("source", "zone"),
}
"""The columns that tell the rows of a table apart."""
