"""A province: districts that are ordinary cases, what may be traded between them, and the caps they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from mineralplan.case import Case, Place
from mineralplan.rules.output_cap import OutputCap

Key = tuple[str, int]
"""What is agreed for one year: the code of a link or a capped mineral, and the year."""


@dataclass(frozen=True)
class TradeLink:
    """What one district may send to another: a use's product, over one place on their border.

    The sender hauls to the place and the receiver from it, each at the haulage of its own case.

    Attributes
    ----------
    source, target : str
        The districts.
    use : str
    place : Place
    handling : mapping of int to float
        What a tonne costs at the border beside its haulage, CNY/t, by year.
    most : mapping of int to float
        10⁴ t/a, by year.
    """

    source: str
    target: str
    use: str
    place: Place
    handling: Mapping[int, float]
    most: Mapping[int, float]

    @property
    def zone(self) -> str:
        """The code of the place, as a zone of the sender and of the receiver's supply."""
        return f"{self.source}>{self.target}"

    @property
    def code(self) -> str:
        """The code of the link, as a supply of the receiver."""
        return f"{self.zone}:{self.use}"


@dataclass(frozen=True)
class Province:
    """Districts, their trade, and the caps over all of them.

    Attributes
    ----------
    districts : mapping of str to Case
        By name; each as it would be planned alone. All plan the same years and minimise cost.
    links : tuple of TradeLink
    caps : mapping of str to mapping of int to float
        Mineral → year → most output of all districts together, 10⁴ t/a.

    Raises
    ------
    ValueError
        With everything that does not fit together.
    """

    districts: Mapping[str, Case]
    links: tuple[TradeLink, ...] = ()
    caps: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = list(_misfits(self))
        if found:
            raise ValueError("; ".join(found))

    @property
    def years(self) -> tuple[int, ...]:
        """The planned years of every district."""
        return next(iter(self.districts.values())).years

    @cached_property
    def most(self) -> Mapping[Key, float]:
        """What every link can carry, by code and year, 10⁴ t."""
        return {(link.code, year): link.most[year] for link in self.links for year in self.years
                if link.most.get(year, 0.0) > 0}

    @cached_property
    def limits(self) -> Mapping[Key, float]:
        """What every shared cap leaves to all districts together, by mineral and year, 10⁴ t."""
        return {(mineral, year): cap[year] for mineral, cap in self.caps.items() for year in self.years}

    def links_of(self, district: str) -> tuple[TradeLink, ...]:
        """Return the links that begin or end in a district."""
        return tuple(link for link in self.links if district in (link.source, link.target))


def _misfits(province: Province) -> Iterator[str]:
    """Yield what does not fit together."""
    cases = province.districts
    if not cases:
        yield "a province needs a district"
    for (first, one), (other, two) in pairwise(cases.items()):
        if one.years != two.years or one.base_year != two.base_year:
            yield f"{other} plans other years than {first}"
    for name, case in cases.items():
        if case.objective != ("cost",):
            yield f"{name} minimises {', '.join(case.objective)} and not cost"
    for mineral, cap in province.caps.items():
        for name, case in cases.items():
            own = case.rules.get(OutputCap.name, {}).get(mineral)
            if mineral not in case.minerals:
                yield f"cap on {mineral}: {name} does not know the mineral"
            elif own and any(own.nature_in(year) == "expected" for year in case.years):
                yield f"cap on {mineral}: {name} has one of its own that is only expected"
            elif missing := [year for year in case.years if year not in cap]:
                yield f"cap on {mineral}: not given for {missing[0]}"
    places: dict[str, Place] = {}
    codes: set[str] = set()
    for link in province.links:
        if link.source == link.target or any(end not in cases for end in (link.source, link.target)):
            yield f"link {link.code}: not between two districts"
            continue
        if any(link.use not in cases[end].uses for end in (link.source, link.target)):
            yield f"link {link.code}: a use that its districts do not know"
        if link.code in codes:
            yield f"link {link.code}: twice"
        if places.setdefault(link.zone, link.place) != link.place:
            yield f"link {link.code}: over another place than the other uses of these districts"
        if link.zone in cases[link.source].zones or link.code in cases[link.target].supplies:
            yield f"link {link.code}: its name is taken"
        codes.add(link.code)
