"""A complete small region on disk, and ways to introduce one fault at a time.

Two minerals serve two uses in two townships; a third zone is a neighbour that sells aggregate and buys some. Demand is
4 t of aggregate and 1 t of bricks a head for 10 (2020) to 10.6 (2023) × 10⁴ people; the plain scenario cancels the
bypass, a project that would add 8 × 10⁴ t of aggregate in 2022 and 2023 together. It is written with the csv module and
plain text only, so that nothing of the package decides what the files say.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mineralplan.case import Case
from mineralplan.inputs.faults import Fault, InputFaults
from mineralplan.loading import load

PLAN = """\
district: {zh: 小县, en: Small County}
document: {zh: 小县矿产资源规划, en: Plan of Small County, source: test}
base_year: 2020
target_year: 2022
horizon: 2023
report_years: [2022, 2023]
minerals:
  limestone:
    zh: 石灰岩
    en: Limestone
    density_t_m3: 2.5
    size_classes:
      standard: {large: 40, medium: 20, source: test}
  shale:
    zh: 页岩
    en: Shale
    density_t_m3: 2.0
    size_classes:
      standard: {large: 30, medium: 10, source: test}
uses:
  aggregate: {zh: 骨料, en: Aggregate, served_by: {limestone: 0.8}}
  bricks: {zh: 砖, en: Bricks, served_by: {shale: 1.0}}
areas:
  quarry: {zh: 采区, en: Quarry, area_km2: 10, mineral: limestone, clause: box 2}
rules:
  output_cap:
    limestone: {limit: 60, unit: 10kt/a, nature: binding, clause: box 1}
    shale: {limit: 20, unit: 10kt/a, nature: expected, clause: box 1, penalty: 20}
  mine_count:
    all: {limit: 4, unit: mines, nature: binding, clause: part 4}
  minimum_scale:
    limestone: {limit: 10, unit: 10kt/a, nature: binding, clause: box 3}
  area_capacity:
    quarry: {limit: 80, unit: 10kt/a, nature: binding, clause: box 2}
  supply_guarantee:
    aggregate: {limit: 1.0, unit: share, nature: expected, clause: part 2}
"""

SCENARIO = """\
title: {en: Small, zh: 小情景}
region: county
demand.interpolate.all: linear
demand.projects.bypass.cancelled: true
solve: {gap: 0.0}
"""

BLOCK = ("block,name_zh,name_en,mineral,status,zone,lon,lat,area_km2,resource_10kt,usable_share,recovery,method,"
         "capacity_10kt_a,expanded_capacity_10kt_a,earliest_year,latest_year,area,overlap,green,capital_10kcny,"
         "expansion_capital_10kcny,fixed_10kcny_a,operating_cny_t,closure_10kcny,basis,source")
TABLES = {
    "zones.csv": """\
zone,name_zh,name_en,kind,lon,lat,population,urban_population,basis,source
T1,甲镇,First,township,108.40,31.20,60000,40000,measured,test
T2,乙镇,Second,township,108.50,31.20,40000,10000,measured,test
N1,邻县,Neighbour,neighbour,108.90,31.20,0,0,measured,test
""",
    "blocks.csv": f"""\
{BLOCK}
L1,一号,One,limestone,existing,T1,108.41,31.21,0.5,800,0.8,0.9,open_pit,20,40,,,quarry,,yes,0,800,100,20,50,measured,test
L2,二号,Two,limestone,new,T2,108.52,31.22,0.6,1500,0.8,0.9,open_pit,50,,2022,,,,yes,3000,,200,18,80,illustrative,test
L3,三号,Three,limestone,existing,T2,108.49,31.19,0.2,300,0.8,0.9,open_pit,10,,,,,,yes,0,,60,25,30,measured,test
S1,四号,Four,shale,existing,T1,108.39,31.18,0.2,200,1,0.9,open_pit,6,,,,,,yes,0,,20,10,20,measured,test
S2,五号,Five,shale,new,T2,108.51,31.17,0.3,400,1,0.9,open_pit,12,,,,,,yes,300,,40,9,20,measured,test
""",
    "additions.csv": """\
block,year,resource_10kt,basis,source
L1,2022,200,derived,test
""",
    "supplies.csv": """\
supply,name_zh,name_en,kind,use,zone,from_year,price_cny_t,limit_10kt_a,basis,source
import_aggregate,外购,Bought,import,aggregate,N1,2021,60,30,measured,test
import_aggregate,外购,Bought,import,aggregate,N1,2023,60,25,measured,test
old_concrete,再生,Recycled,recycled,aggregate,T1,2021,20,,illustrative,test
own_stone,自采石料,own stone,spoil,aggregate,,2021,10,,illustrative,test
""",
    "exports.csv": """\
export,name_zh,name_en,use,zone,from_year,quantity_10kt_a,value_cny_t,basis,source
stone_sold,外销,Stone sold,aggregate,N1,2022,5,90,measured,test
""",
    "economics.csv": """\
parameter,item,value,unit,basis,source
discount_rate,,0.08,1/a,measured,test
capital_life,,20,a,measured,test
haul,,0.6,CNY/t/km,measured,test
loading,,4,CNY/t,measured,test
detour,,1.4,ratio,measured,test
working_rate,,0.3,share,measured,test
resource_tax,limestone,2,CNY/t,measured,test
resource_tax,shale,1,CNY/t,measured,test
concession,limestone,1.5,CNY/t,measured,test
shortage,aggregate,300,CNY/t,measured,test
shortage,bricks,200,CNY/t,measured,test
""",
    "demand/parameters.csv": """\
parameter,year,low,central,high,unit,shared,grade,basis,source
population,2020,,10,,10k persons,no,A,measured,test
population,2023,10.07,10.6,11.13,10k persons,no,E,derived,test
urban_share,,0.4,0.5,0.6,share,no,A,measured,test
floor_per_head_urban,,,40,,m2/person,no,B,measured,test
floor_per_head_rural,,,50,,m2/person,no,B,measured,test
building_life_urban,,,50,,a,no,C,derived,test
building_life_rural,,,40,,a,no,C,derived,test
building_life_shape,,,2,,-,no,C,derived,test
per_head_before,,,6,,t/person,no,E,judgement,test
per_head_saturated,,,4,,t/person,no,E,judgement,test
per_head_midyear,,,2022,,a,no,E,judgement,test
per_head_steepness,,,1,,1/a,no,E,judgement,test
kappa,,0.8,1,1.25,-,no,E,judgement,test
shared_correlation,,,0.5,,-,no,E,judgement,test
observation_error,,,0.1,,-,no,E,judgement,test
stone_per_head,,3,4,5,t/person,yes,D,measured,test
bricks_per_head,,,1,,t/person,no,D,measured,test
bypass_per_km,,0.5,0.8,1,10kt/km,yes,C,derived,test
track_per_km,,,0.2,,10kt/km,no,C,derived,test
own_stone_share,,0,0.25,0.5,share,no,E,judgement,test
cement_per_head,2020,0.4,0.5,0.75,t/person,no,B,measured,test
cement_per_head,2023,0.4,0.8,1.2,t/person,no,E,derived,test
stone_per_t_cement,,,6,,t/t,no,C,derived,test
recycled_a_year,,,5,,10kt/a,no,E,judgement,test
""",
    "demand/quantities.csv": """\
quantity,name_zh,name_en,unit
modelled,校准前骨料,Aggregate before calibration,10kt
aggregate,骨料,Aggregate,10kt
bricks,砖,Bricks,10kt
cement,水泥,Cement,10kt
old_concrete,再生骨料,Recycled,10kt
own_stone,自采石料,Stone of own works,10kt
""",
    "demand/chain.csv": """\
estimator,quantity,of,factor,split,basis,source
,modelled,population,stone_per_head,,measured,test
,modelled,works,1,,derived,test
bottom_up,aggregate,modelled,kappa,,derived,test
per_head,aggregate,population,aggregate_per_head,,derived,test
,cement,population,cement_per_head,,measured,test
cement,aggregate,cement,stone_per_t_cement,,derived,test
,bricks,population,bricks_per_head,,measured,test
,old_concrete,,recycled_a_year,urban,judgement,test
,own_stone,spoil,kappa,,derived,test
""",
    "demand/projects.csv": """\
project,name_zh,name_en,size,size_unit,intensity,spoil,start_year,end_year,profile,status,spread,delay_low,delay_central,\
delay_high,cancel_probability,grade,basis,source
bypass,绕城路,Bypass,10,km,bypass_per_km,own_stone_share,2022,2023,even,planned,towns,0,0,2,0.1,B,derived,test
farm_tracks,机耕道,Farm tracks,20,km,track_per_km,,2019,2020,even,built,rural,0,0,0,0,B,measured,test
""",
    "demand/project_towns.csv": """\
project,zone,share,basis,source
bypass,T1,0.25,derived,test
bypass,T2,0.75,derived,test
""",
    "demand/places.csv": """\
use,zone,share,basis,source
bricks,T1,0.75,measured,test
bricks,T2,0.25,measured,test
""",
}


@dataclass(frozen=True)
class SmallRegion:
    """The folder of a region and a scenario file beside it, both open to change."""

    folder: Path
    scenario: Path

    @property
    def plan(self) -> Path:
        return self.folder / "plan.yaml"

    def swap(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands in a file exactly once; ``scenario`` names the scenario."""
        path = self.scenario if file == "scenario" else self.folder / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (file, old, text.count(old))
        path.write_text(text.replace(old, new), "utf-8")

    def cell(self, file: str, line: int, column: str, value: object) -> None:
        """Set one cell of a table; ``line`` counts as in the file, header = 1."""
        rows = self._rows(file)
        rows[line - 1][rows[0].index(column)] = str(value)
        self._write(file, rows)

    def column(self, file: str, name: str, new: str | None, *, factor: float | None = None) -> None:
        """Rename a column, or drop it (``new`` None); ``factor`` rescales its figures."""
        rows = self._rows(file)
        at = rows[0].index(name)
        for number, row in enumerate(rows):
            if new is None:
                del row[at]
            elif number == 0:
                row[at] = new
            elif factor is not None and row[at]:
                row[at] = repr(float(row[at]) * factor)
        self._write(file, rows)

    def row(self, file: str, line: str) -> int:
        """Append a row as text and return its line."""
        path = self.folder / file
        with path.open("a", encoding="utf-8", newline="") as out:
            out.write(line + "\n")
        return len(path.read_text("utf-8").splitlines())

    def says(self, text: str, file: str = "small.yaml") -> Path:
        """Write a scenario beside the region: what it adds to the plain one."""
        path = self.scenario.with_name(file)
        path.write_text(text, "utf-8")
        return path

    def adds(self, text: str) -> None:
        """Append lines to the scenario."""
        self.says(self.scenario.read_text("utf-8") + text)

    def builds_the_bypass(self) -> None:
        """Let the scenario no longer cancel the bypass."""
        self.swap("scenario", "demand.projects.bypass.cancelled: true\n", "")

    def observes(self, *rows: str, file: str = "seen.csv") -> Path:
        """Write a table of observed use beside the scenario; a row is year, use, quantity and unit."""
        head = "year,use,quantity,unit,basis,source"
        return self.says("\n".join([head, *(f"{row},measured,test" for row in rows), ""]), file)

    def case(self, text: str = "") -> Case:
        """Append lines to the scenario and load it."""
        self.adds(text)
        return load(self.scenario)

    def faults(self, overrides: Mapping[str, Any] | None = None) -> tuple[Fault, ...]:
        """Return every fault of the scenario, nothing when it loads."""
        try:
            load(self.scenario, overrides)
        except InputFaults as error:
            return error.faults
        return ()

    def fault(self, overrides: Mapping[str, Any] | None = None) -> Fault:
        """Return the only fault of the scenario."""
        found = self.faults(overrides)
        assert len(found) == 1, [fault.text("en") for fault in found]
        return found[0]

    def shown(self) -> list[tuple[str, int | None, str, str, str]]:
        """Return every fault of the scenario as `shown` does."""
        return [shown(fault) for fault in self.faults()]

    def _rows(self, file: str) -> list[list[str]]:
        with (self.folder / file).open(encoding="utf-8", newline="") as source:
            return list(csv.reader(source))

    def _write(self, file: str, rows: list[list[str]]) -> None:
        with (self.folder / file).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)


def write_small_region(folder: Path) -> SmallRegion:
    """Write the region ``county`` and the scenario ``small.yaml`` into a folder."""
    region = folder / "county"
    (region / "demand").mkdir(parents=True)
    (region / "plan.yaml").write_text(PLAN, "utf-8")
    for name, text in TABLES.items():
        (region / name).write_text(text, "utf-8")
    (folder / "small.yaml").write_text(SCENARIO, "utf-8")
    return SmallRegion(region, folder / "small.yaml")


def shown(fault: Fault) -> tuple[str, int | None, str, str, str]:
    """Return a fault as what tests compare: file's name, line, item, what was expected in English, what was found."""
    return Path(fault.file).name, fault.line, fault.item, fault.expected.text("en"), fault.found


def line_of(path: Path, text: str) -> int:
    """Return the line of a file in which a text stands first."""
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)
