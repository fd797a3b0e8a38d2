"""The published plan as data: minerals, uses, areas and every indicator with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError, PydanticKnownError

from mineralplan.inputs.names import Line
from mineralplan.inputs.numbers import Amount, Positive, Whole, Year
from mineralplan.inputs.schedule import Schedule, YearlyFigure
from mineralplan.words import vocabulary

SIZE_CLASSES = ("large", "medium", "small")
STANDARD_READING = "standard"


class Strict(BaseModel):
    """A frozen record that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Label(Strict):
    """A name in both languages."""

    zh: Line
    en: Line

    def text(self, lang: str) -> str:
        """Return the name in ``lang``."""
        return self.zh if lang == "zh" else self.en


class SizeRow(Strict):
    """One row of the national table of size classes, in the mineral's unit per year."""

    large: Positive
    medium: Positive
    source: str


class Mineral(Label):
    """A mineral of the plan."""

    code: str | None = None
    unit: Literal["10kt", "10km3"] = "10kt"
    density_t_m3: Positive | None = None
    building_material: bool = False
    size_classes: dict[str, SizeRow] = Field(default_factory=dict)
    note: str = ""

    def size_row(self, reading: str) -> SizeRow | None:
        """Return the row of the size table that ``reading`` chooses, the standard row otherwise."""
        return self.size_classes.get(reading) or self.size_classes.get(STANDARD_READING)


class Use(Label):
    """A use with a demand, and which minerals serve it: tonnes of product per tonne mined."""

    served_by: dict[str, Positive]
    unit: Literal["10kt", "10km3"] = "10kt"
    note: str = ""


class Area(Label):
    """A zone of the plan with a rule of its own."""

    area_km2: Amount
    mineral: str
    clause: str
    blocks: dict[str, Whole] = Field(default_factory=dict)
    existing_rights: Whole = 0
    note: str = ""


class Document(Label):
    """The document that was published."""

    source: str = ""


class Indicator(Strict):
    """One figure of the plan that limits or targets something.

    Attributes
    ----------
    limit : Schedule
        In ``unit``; None in years before the first step.
    nature : {"binding", "expected", "off"}
        Binding (约束性) is a hard rule; expected (预期性) is reported and penalised.
    binding_from : int or None
        First year in which a binding indicator binds; before it, it is expected.
    existing_from : int or None
        First year in which the rule holds for mines that worked in the base year.
    penalty : float
        10⁴ CNY per unit missed and year, for an expected indicator.
    """

    limit: YearlyFigure
    unit: str
    nature: Literal["binding", "expected", "off"]
    clause: str
    basis: Literal["published", "derived", "judgement", "scenario"] = "published"
    note: str = ""
    penalty: Amount = 0.0
    penalty_basis: str = ""
    binding_from: Year | None = None
    existing_from: Year | None = None
    between: Literal["step", "linear"] = "step"
    control: str = ""

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, value: str) -> str:
        # A limit is not converted: a unit that nobody has a word for would be read as the usual one.
        if f"units.{unit_key(value)}" not in vocabulary("en"):
            raise PydanticCustomError("fault_plan_unit", "a unit of a plan")
        return value

    @property
    def schedule(self) -> Schedule:
        """The limit over the years, straight between its steps where the plan says so."""
        return Schedule(self.limit.steps, self.between)

    def nature_in(self, year: int) -> str:
        """Return whether the indicator is binding, expected or off in ``year``."""
        if self.nature == "binding" and self.binding_from is not None and year < self.binding_from:
            return "expected"
        return self.nature


class Statement(Strict):
    """A figure that the plan states without limiting anything, kept with its clause."""

    value: Any = None
    target: Any = None
    unit: str = ""
    clause: str
    nature: Literal["binding", "expected", "stated"] = "stated"
    note: str = ""


class PublishedPlan(Strict):
    """A district's mineral resources plan.

    Attributes
    ----------
    rules : dict
        Rule name → item → `Indicator`.
    status, layout, exploration : dict
        What the plan states of the base year, of its blocks and of exploration.
    """

    district: Label
    document: Document
    base_year: Year
    target_year: Year
    horizon: Year
    report_years: tuple[Year, ...]
    size_class_reading: str = STANDARD_READING
    minerals: dict[str, Mineral]
    uses: dict[str, Use]
    areas: dict[str, Area] = Field(default_factory=dict)
    rules: dict[str, dict[str, Indicator]]
    status: dict[str, Statement] = Field(default_factory=dict)
    layout: dict[str, Statement] = Field(default_factory=dict)
    exploration: dict[str, Statement] = Field(default_factory=dict)
    note: str = ""

    @field_validator("target_year", "horizon")
    @classmethod
    def _after_the_base_year(cls, value: int, info: ValidationInfo) -> int:
        base = info.data.get("base_year")
        if base is not None and value <= base:
            raise PydanticKnownError("greater_than", {"gt": base})
        return value


def unit_key(unit: str) -> str:
    """Return the key of a unit's words."""
    return unit.replace("/", "_per_").replace(" ", "_")


def item_names(plan: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """Return the items that a rule of ``kind`` may name in a plan given as nested plain values.

    Parameters
    ----------
    kind : str
        ``"mineral"``, ``"use"``, ``"area"``, or names joined by ``|``.
    """
    rooms = {"mineral": "minerals", "use": "uses", "area": "areas"}
    if kind in rooms:
        return tuple(plan.get(rooms[kind]) or ())
    return tuple(kind.split("|"))
