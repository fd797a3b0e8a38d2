"""The rows of a region's tables; the attribute comments are the data dictionary.

A column carries its unit in its name. Every table but `RouteRow` ends with ``basis`` (published, derived,
illustrative, measured, judgement) and ``source``; `ActualRow` may leave them out.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from mineralplan.inputs.names import Name, Text
from mineralplan.inputs.numbers import Amount, Number, OptionalAmount, OptionalYear, Positive, Share, Year, number
from mineralplan.words import LANGUAGES, say

Basis = Literal["published", "derived", "illustrative", "measured", "judgement"]
SHORTEST_LIFE, LONGEST_LIFE = 0.01, 5000.0
"""Years that a resource lasts at a licensed scale; beyond them one of the two is in t and the other in 10⁴ t."""
Longitude = Annotated[float, BeforeValidator(number), Field(ge=-180, le=180)]
Latitude = Annotated[float, BeforeValidator(number), Field(ge=-90, le=90)]


class Row(BaseModel):
    """One row; unknown columns are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Sourced(Row):
    """A row that says where it comes from."""

    basis: Basis
    source: Text


class ZoneRow(Sourced):
    """A place with demand, or a neighbour to trade with (``zones.csv``)."""

    zone: Name
    name_zh: Name
    name_en: Name
    kind: Literal["township", "neighbour"]
    lon: Longitude
    lat: Latitude
    population: Amount
    urban_population: Amount = 0.0

    @field_validator("urban_population")
    @classmethod
    def _part_of_the_people(cls, value: float, info: object) -> float:
        people = getattr(info, "data", {}).get("population")
        if people is not None and value > people:
            raise PydanticKnownError("less_than_equal", {"le": people})
        return value


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
    earliest_year: OptionalYear = None
    latest_year: OptionalYear = None
    area: str = ""
    overlap: str = ""
    green: Literal["yes", "no"]
    capital_10kcny: Amount
    expansion_capital_10kcny: OptionalAmount = None
    fixed_10kcny_a: Amount
    operating_cny_t: Amount
    closure_10kcny: Amount
    parents: str = ""

    @field_validator("capacity_10kt_a")
    @classmethod
    def _in_the_unit_of_the_resource(cls, value: float, info: ValidationInfo) -> float:
        resource = info.data.get("resource_10kt")
        if resource is not None and not SHORTEST_LIFE <= resource / value <= LONGEST_LIFE:
            raise PydanticCustomError("fault_life", "one unit", {"years": f"{resource / value:.3g}"})
        return value

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
    year: Year
    resource_10kt: Positive


State = Literal["kept", "opened", "expanded", "closing", "suspended", "closed", "idle"]


def _state(value: Any) -> Any:
    """Return the state that a word of either language names; another word as it is."""
    text = str(value).strip().lower()
    said = {word.strip(): state for state in get_args(State) for lang in LANGUAGES
            for word in say(f"observed.states.{state}", lang).lower().split(",")}
    return said.get(text, value)


class ActualRow(Sourced):
    """What was seen of a block in a year (``actuals.csv``); states as in production.csv, and ``suspended``.

    A blank capacity is the one held before; a block that does not work may leave its figures blank.
    """

    block: Name
    year: Year
    state: Annotated[State, BeforeValidator(_state)]
    capacity_10kt_a: OptionalAmount = None
    output_10kt: OptionalAmount = None
    basis: Basis = "measured"
    source: Text = ""


class ExplorationRow(Sourced):
    """An exploration block and what it is to find (``exploration.csv``), in ``unit``.

    ``block`` is the mining block whose resource it adds to, by the row of ``additions.csv`` with the same year and
    amount; blank where it opens none yet.
    """

    exploration_block: Name
    name_zh: Name
    name_en: Name
    mineral: Name
    zone: Name
    year: Year
    target: Positive
    unit: Name
    block: str = ""


class SupplyRow(Sourced):
    """Supply from outside the blocks (``supplies.csv``); several rows of one supply differ in ``from_year``.

    A blank limit takes the demand model's quantity of the supply's name. Spoil is stone that projects dig in their own
    works: it stands for one supply per project, and has no zone of its own.
    """

    supply: Name
    name_zh: Name
    name_en: Name
    kind: Literal["import", "recycled", "spoil"]
    use: Name
    zone: str = ""
    from_year: Year
    price_cny_t: Amount
    limit_10kt_a: OptionalAmount = None


class ExportRow(Sourced):
    """What a neighbour would buy, and what it would pay delivered (``exports.csv``)."""

    export: Name
    name_zh: Name
    name_en: Name
    use: Name
    zone: Name
    from_year: Year
    quantity_10kt_a: Amount
    value_cny_t: Amount


class EconomicRow(Sourced):
    """One economic parameter, by mineral or use where ``item`` names one (``economics.csv``)."""

    parameter: Name
    item: str = ""
    value: Number
    unit: Name


class FutureRow(Sourced):
    """One figure of how the years may turn out otherwise than expected (``futures.csv``)."""

    parameter: Name
    value: Number
    unit: Name


def _in_order(info: ValidationInfo, low: str, central: str, high: float | None) -> None:
    """Refuse bounds that do not hold their central figure."""
    least, middle = info.data.get(low), info.data.get(central)
    if middle is not None and ((least or 0) > middle or (high is not None and high < middle)):
        raise PydanticCustomError("fault_in_order", "low <= central <= high", {"low": least, "central": middle})


class Graded(Sourced):
    """A row whose source is graded: A official, B press or association, C secondary, D unverified, E estimate."""

    grade: Literal["A", "B", "C", "D", "E"]


class ParameterRow(Graded):
    """One figure of a driver or intensity (``demand/parameters.csv``).

    ``low``, ``central`` and ``high`` are its 5, 50 and 95 % quantiles; blank bounds say that it is certain. Rows with
    a year are anchors of a path. ``shared`` says whether it moves with the factor that the intensities have in common.
    """

    parameter: Name
    name_zh: str = ""
    name_en: str = ""
    year: OptionalYear = None
    low: OptionalAmount = None
    central: Amount
    high: Annotated[OptionalAmount, Field(validate_default=True)] = None
    unit: Name
    shared: Literal["yes", "no"]

    @field_validator("high")
    @classmethod
    def _rising(cls, value: float | None, info: ValidationInfo) -> float | None:
        _in_order(info, "low", "central", value)
        return value


class QuantityRow(Row):
    """What the demand model computes, and in what unit (``demand/quantities.csv``)."""

    quantity: Name
    name_zh: Name
    name_en: Name
    unit: Name


class ChainRow(Sourced):
    """One term of the demand model (``demand/chain.csv``): ``quantity`` is the sum of its ``factor x of``.

    ``factor`` is a figure or the name of a parameter; a row without ``of`` is the factor itself, ``split`` over the
    townships by people. ``estimator`` is blank where all estimators share the row.
    """

    estimator: Literal["", "bottom_up", "per_head", "cement"]
    quantity: Name
    of: str = ""
    factor: Name
    split: Literal["", "population", "urban", "rural"] = ""


class ProjectRow(Graded):
    """A dated project (``demand/projects.csv``): ``size x intensity`` of aggregate from start to end.

    ``intensity`` and ``spoil`` name parameters: aggregate per unit of size, and the share of it that the project digs
    in its own works. A delay moves a planned project and stretches one that is under way. ``spread`` says whether it
    lies in the townships of ``project_towns.csv``, or everywhere by people.
    """

    project: Name
    name_zh: Name
    name_en: Name
    size: Positive
    size_unit: Name
    intensity: Name
    spoil: str = ""
    start_year: Year
    end_year: Year
    profile: Literal["even", "peaked"]
    status: Literal["built", "under_way", "planned"]
    spread: Literal["towns", "population", "urban", "rural"]
    delay_low: Amount
    delay_central: Amount
    delay_high: Amount
    cancel_probability: Annotated[float, BeforeValidator(number), Field(ge=0, le=1)]

    @field_validator("end_year")
    @classmethod
    def _after_the_start(cls, value: int, info: ValidationInfo) -> int:
        start = info.data.get("start_year")
        if start is not None and value < start:
            raise PydanticKnownError("greater_than_equal", {"ge": start})
        return value

    @field_validator("delay_high")
    @classmethod
    def _rising(cls, value: float, info: ValidationInfo) -> float:
        _in_order(info, "delay_low", "delay_central", value)
        return value

    @field_validator("delay_high", "cancel_probability")
    @classmethod
    def _what_is_built_stays(cls, value: float, info: ValidationInfo) -> float:
        if value and info.data.get("status") == "built":
            raise PydanticCustomError("fault_built", "0 for what is built")
        return value


class ProjectTownRow(Sourced):
    """The share of a project's kilometres, or of its works, in a township (``demand/project_towns.csv``)."""

    project: Name
    zone: Name
    share: Share


class ObservedRow(Sourced):
    """What was really used in a year (``demand/observed_use.csv``): fits and tests the demand model."""

    year: Year
    use: Name
    quantity: Positive
    unit: Name


class PlaceRow(Sourced):
    """Where a use is consumed, if not where the model builds (``demand/places.csv``); shares of a use sum to one."""

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
    ActualRow: ("block", "year"),
    ExplorationRow: ("exploration_block",),
    SupplyRow: ("supply", "from_year"),
    ExportRow: ("export", "from_year"),
    EconomicRow: ("parameter", "item"),
    FutureRow: ("parameter",),
    ParameterRow: ("parameter", "year"),
    QuantityRow: ("quantity",),
    ChainRow: ("estimator", "quantity", "of"),
    ProjectRow: ("project",),
    ProjectTownRow: ("project", "zone"),
    ObservedRow: ("year", "use"),
    PlaceRow: ("use", "zone"),
    RouteRow: ("source", "zone"),
}
"""The columns that tell the rows of a table apart."""
