"""A case: everything one run needs, frozen, one unit per quantity.

Mass 10⁴ t, volume 10⁴ m³ (for minerals measured so), money 10⁴ CNY, distance km, time year.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Protocol

from mineralplan.demand.outlook import Outlook
from mineralplan.economics import Economics
from mineralplan.inputs.outline import Ring
from mineralplan.inputs.plan import SIZE_CLASSES, Area, Indicator, Label, Mineral, Use
from mineralplan.inputs.scenario import SolveOptions
from mineralplan.unknowns import Futures, Observation, Prospect
from mineralplan.words import default_language

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True)
class Option:
    """A licensed capacity that a block can have.

    Attributes
    ----------
    capacity : float
        10⁴ t/a.
    capital : float
        What the step from the option below costs, once, 10⁴ CNY.
    """

    capacity: float
    capital: float = 0.0


@dataclass(frozen=True)
class Place:
    """A point on the map: longitude and latitude in degrees (WGS84)."""

    lon: float
    lat: float

    def great_circle_km(self, other: Place) -> float:
        """Return the great-circle distance to ``other`` in km."""
        a, b = math.radians(self.lat), math.radians(other.lat)
        half = math.radians(other.lon - self.lon) / 2
        chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(half) ** 2
        return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


@dataclass(frozen=True)
class Zone:
    """A place with demand; a neighbour lies outside the district."""

    code: str
    label: Label
    place: Place
    kind: Literal["township", "neighbour"] = "township"
    population: float = 0.0
    urban_population: float = 0.0


@dataclass(frozen=True)
class Block:
    """A candidate mining block.

    Attributes
    ----------
    options : tuple of Option
        In rising order of capacity.
    resource : float
        10⁴ t in place.
    usable_share, recovery : float
        What is left of the resource after slope lock, and what is won of that.
    additions : tuple of (int, float)
        Resource expected from exploration: year from which it can be used, 10⁴ t.
    fixed_cost : float
        10⁴ CNY per year and 10⁴ t/a of licensed capacity.
    operating_cost : float
        CNY/t mined.
    closure_cost : float
        10⁴ CNY, once, when the mine stops.
    parents : tuple of str
        The existing mines that a merged mine replaces.
    available : mapping of int to float
        Share of a year in which a licensed mine can work, where it is not the whole year: a stoppage, an accident.
    surprise : float
        By how much more the deposit holds than is reported, less where negative, 10⁴ t. What may be licensed is
        judged by what is reported; what can be mined is not.
    """

    code: str
    mineral: str
    options: tuple[Option, ...]
    resource: float
    status: Literal["existing", "new", "merged"] = "new"
    label: Label = field(default_factory=lambda: Label(zh="", en=""))
    zone: str = ""
    place: Place = Place(0.0, 0.0)
    area_km2: float = 0.0
    usable_share: float = 1.0
    recovery: float = 1.0
    method: str = "open_pit"
    earliest: int | None = None
    latest: int | None = None
    area: str = ""
    overlap: str = ""
    green: bool = False
    additions: tuple[tuple[int, float], ...] = ()
    fixed_cost: float = 0.0
    operating_cost: float = 0.0
    closure_cost: float = 0.0
    parents: tuple[str, ...] = ()
    available: Mapping[int, float] = field(default_factory=dict)
    surprise: float = 0.0
    basis: str = "illustrative"
    source: str = ""

    @property
    def existing(self) -> bool:
        """Whether the mine worked in the base year."""
        return self.status == "existing"

    @property
    def recoverable_share(self) -> float:
        """What can be mined of a tonne of resource."""
        return self.usable_share * self.recovery

    def allowed(self, year: int) -> bool:
        """Whether the block may work in ``year``."""
        return (self.earliest is None or year >= self.earliest) and (self.latest is None or year <= self.latest)

    def resource_by(self, year: int) -> float:
        """Return the resource known by ``year``, 10⁴ t."""
        return self.resource + sum(amount for start, amount in self.additions if start <= year)


@dataclass(frozen=True)
class Supply:
    """Supply from outside the blocks: imports, recycled material, or the stone of a project's own works.

    Attributes
    ----------
    price : mapping of int to float
        CNY/t at the source, by year.
    limit : mapping of int to float
        10⁴ t/a, by year.
    reach : tuple of str
        The only zones it can serve; empty where it can serve all.
    """

    code: str
    kind: Literal["import", "recycled", "spoil"]
    use: str
    zone: str
    place: Place
    price: Mapping[int, float]
    limit: Mapping[int, float]
    label: Label = field(default_factory=lambda: Label(zh="", en=""))
    reach: tuple[str, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """How much of a table is not measured or published: illustrative or a judgement."""

    table: str
    illustrative: int
    rows: int


@dataclass(frozen=True)
class InputFile:
    """A file that went into a case and the sha256 of its bytes."""

    name: str
    sha256: str


class Changeable(Protocol):
    """What a case was made from, able to make it again with changes."""

    def change(self, values: Mapping[str, Any]) -> Case:
        """Return the case with ``values`` (dotted name → value) laid over it."""


@dataclass(frozen=True)
class Case:
    """Everything one run needs.

    Attributes
    ----------
    years : tuple of int
        The planned years; ``base_year`` lies before the first.
    minerals, uses, areas, zones, blocks, supplies : mappings by code
    demand : mapping of (use, zone, year) to float
        10⁴ t of product; zones that are neighbours stand for exports.
    unserved_cost : mapping of (use, zone, year) to float
        CNY/t of demand that is not met.
    routes : mapping of (block or supply, zone) to float
        Road distances in km that replace the estimate.
    outline : tuple of rings
        The district's border for the maps: (longitude, latitude) from point to point; empty where none is known.
    rules : mapping
        Rule name → item → indicator.
    scenario_file : str
        The scenario's path as it was given; empty for a case built in Python.
    overrides : mapping
        What was changed on the command line or in Python: dotted name → value.
    outlook : Outlook or None
        What the demand was projected with; None for a case built in Python.
    observed : mapping of (block, year) to Observation
        What was seen of the first years: it is not decided again. A block without an entry in a year that others have
        one of did not work.
    observed_from : str
        The file that says so.
    prospects : tuple of Prospect
    futures : Futures
        How the years may turn out; by default as the forecast has them.
    """

    name: str
    title: Label
    district: Label
    document: Label
    base_year: int
    target_year: int
    report_years: tuple[int, ...]
    years: tuple[int, ...]
    minerals: Mapping[str, Mineral]
    uses: Mapping[str, Use]
    zones: Mapping[str, Zone]
    blocks: Mapping[str, Block]
    demand: Mapping[tuple[str, str, int], float]
    unserved_cost: Mapping[tuple[str, str, int], float] = field(default_factory=dict)
    supplies: Mapping[str, Supply] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Indicator]] = field(default_factory=dict)
    economics: Economics = field(default_factory=Economics)
    routes: Mapping[tuple[str, str], float] = field(default_factory=dict)
    size_class_reading: str = "standard"
    objective: tuple[str, ...] = ("cost",)
    options: SolveOptions = field(default_factory=SolveOptions)
    outline: tuple[Ring, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    scenario_file: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    observed: Mapping[tuple[str, int], Observation] = field(default_factory=dict)
    observed_from: str = ""
    prospects: tuple[Prospect, ...] = ()
    futures: Futures = field(default_factory=Futures)
    outlook: Outlook | None = field(default=None, compare=False, repr=False)
    recipe: Changeable | None = field(default=None, compare=False, repr=False)

    def change(self, values: Mapping[str, Any]) -> Case:
        """Return the case with some inputs changed, named as in a scenario file.

        Parameters
        ----------
        values : mapping
            Dotted name → value, e.g. ``{"caps.building_limestone": 1000}``.

        Raises
        ------
        InputFaults
            With every name that does not exist and every value that is wrong.
        ValueError
            When the case was built in Python and not read from files.
        """
        if self.recipe is None:
            raise ValueError("this case was not read from files: change its fields with dataclasses.replace")
        return self.recipe.change(values)

    @property
    def changes(self) -> tuple[str, ...]:
        """What was changed on the command line or in Python, as ``name = value``."""
        return tuple(f"{name} = {value}" for name, value in self.overrides.items())

    def _repr_html_(self) -> str:
        from mineralplan.report.case_text import html

        return html(self, default_language())

    def projected(self) -> Outlook:
        """Return what the demand was projected with.

        Raises
        ------
        ValueError
            When the case was built in Python and not read from files.
        """
        if self.outlook is None:
            raise ValueError("this case was not read from files: its demand was given, not projected")
        return self.outlook

    @cached_property
    def observed_years(self) -> tuple[int, ...]:
        """The years of which it is known what was worked: the first ones, in their order."""
        return tuple(sorted({year for _, year in self.observed}))

    def discount(self, year: int) -> float:
        """Return the present value in the base year of one unit in ``year``."""
        return float((1 + self.economics.discount_rate) ** (self.base_year - year))

    def size_class(self, mineral: str, capacity: float) -> str:
        """Return the size class of a licensed capacity; a mineral without a table counts as small."""
        row = self.minerals[mineral].size_row(self.size_class_reading)
        large, medium, small = SIZE_CLASSES
        if row is None or capacity < row.medium:
            return small
        return large if capacity >= row.large else medium

    def distance_km(self, source: str, zone: str) -> float:
        """Return the road distance from a block or supply to a zone, km."""
        if (source, zone) in self.routes:
            return self.routes[source, zone]
        start = self.blocks[source].place if source in self.blocks else self.supplies[source].place
        return self.economics.detour * start.great_circle_km(self.zones[zone].place)

    def exported(self, zone: str) -> bool:
        """Whether demand of ``zone`` lies outside the district."""
        return self.zones[zone].kind == "neighbour"

    def blocks_of(self, mineral: str) -> tuple[Block, ...]:
        """Return the blocks of one mineral."""
        return self._by_mineral.get(mineral, ())

    @cached_property
    def _by_mineral(self) -> dict[str, tuple[Block, ...]]:
        return {m: tuple(b for b in self.blocks.values() if b.mineral == m) for m in self.minerals}

    @cached_property
    def markets(self) -> dict[str, tuple[str, ...]]:
        """The zones with demand in any year, by use."""
        found: dict[str, dict[str, None]] = {use: {} for use in self.uses}
        for (use, zone, _), quantity in self.demand.items():
            if quantity > 0:
                found[use][zone] = None
        return {use: tuple(zones) for use, zones in found.items()}
