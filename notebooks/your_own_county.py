# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Your own county
#
# A region is a folder with a plan and tables. Here one is written from nothing, step by step: a county with two towns,
# a neighbour and three blocks. Put your own figures in their place. Every column is explained in
# [docs/data.md](../docs/data.md); in practice the tables come out of a spreadsheet (CSV, UTF-8 or GB18030).

# %%
import tempfile
from pathlib import Path

import mineralplan as mp

folder = Path(tempfile.mkdtemp())
county = folder / "my_county"
(county / "demand").mkdir(parents=True)


def write(name: str, text: str) -> None:
    """Write one file of the county."""
    (county / name).write_text(text.lstrip(), encoding="utf-8")


# %% [markdown]
# ## 1. What the published plan says
# Minerals, uses, and every indicator with its limit, nature and clause.

# %%
write("plan.yaml", """
district: {zh: 某县, en: Some County}
document: {zh: 某县矿产资源规划, en: Mineral Resources Plan of Some County, source: made up for this page}
base_year: 2025
target_year: 2028
horizon: 2030
report_years: [2028, 2030]
minerals:
  stone:
    zh: 建筑石料
    en: Building stone
    density_t_m3: 2.6
    size_classes: {standard: {large: 60, medium: 20, source: made up}}
uses:
  aggregate: {zh: 骨料, en: Aggregate, served_by: {stone: 0.9}}
areas: {}
rules:
  output_cap:
    stone: {limit: 90, unit: 10kt/a, nature: binding, clause: box 1}
  mine_count:
    all: {limit: 2, unit: mines, nature: binding, clause: box 2}
  supply_guarantee:
    aggregate: {limit: 1.0, unit: share, nature: expected, clause: part 3}
""")

# %% [markdown]
# ## 2. Places and blocks
# One mine works; two blocks are candidates. Coordinates are WGS84/CGCS2000 degrees. Of other systems (GCJ-02 of web
# maps, projected survey coordinates) `mineralplan places` makes a table: [docs/gis.md](../docs/gis.md).

# %%
write("zones.csv", """
zone,name_zh,name_en,kind,lon,lat,population,urban_population,basis,source
A,甲镇,Town A,township,108.40,31.20,60000,40000,illustrative,made up
B,乙镇,Town B,township,108.55,31.15,40000,10000,illustrative,made up
N,邻县,Neighbour,neighbour,108.95,31.20,0,0,illustrative,made up
""")
BLOCKS = """
block,name_zh,name_en,mineral,status,zone,lon,lat,area_km2,resource_10kt,usable_share,recovery,method,capacity_10kt_a,\
expanded_capacity_10kt_a,earliest_year,latest_year,area,overlap,green,capital_10kcny,expansion_capital_10kcny,\
fixed_10kcny_a,operating_cny_t,closure_10kcny,basis,source
Q1,矿山,Quarry,stone,existing,A,108.41,31.22,0.3,400,0.9,0.9,open_pit,20,40,,,,,no,0,900,120,24,60,illustrative,-
Q2,大区块,Large,stone,new,B,108.57,31.13,0.8,2400,0.85,0.92,open_pit,60,,2027,,,,yes,5200,,260,19,150,illustrative,-
Q3,小区块,Small,stone,new,A,108.37,31.18,0.2,300,0.9,0.9,open_pit,15,,2026,,,,yes,900,,90,26,40,illustrative,-
"""
write("blocks.csv", BLOCKS)

# %% [markdown]
# ## 3. Prices and trade

# %%
write("economics.csv", """
parameter,item,value,unit,basis,source
discount_rate,,0.06,1/a,judgement,made up
capital_life,,15,a,judgement,made up
haul,,0.6,CNY/t/km,judgement,made up
loading,,4,CNY/t,judgement,made up
detour,,1.4,ratio,judgement,made up
working_rate,,0.3,share,judgement,made up
shortage,aggregate,200,CNY/t,judgement,made up
""")
write("supplies.csv", """
supply,name_zh,name_en,kind,use,zone,from_year,price_cny_t,limit_10kt_a,basis,source
bought,外购骨料,Bought aggregate,import,aggregate,N,2026,58,40,illustrative,made up
""")

# %% [markdown]
# ## 4. Demand
# The smallest model: people × tonnes a head. Floor space, projects and plants can follow
# ([docs/demand.md](../docs/demand.md)); the parameters that the model knows by name are given even where the chain does
# not use them. Low, central and high are 5, 50 and 95 % quantiles.

# %%
write("demand/parameters.csv", """
parameter,year,low,central,high,unit,shared,grade,basis,source
population,2025,,10,,10k persons,no,B,judgement,made up
population,2030,9.7,10.2,10.7,10k persons,no,D,judgement,made up
urban_share,,,0.5,,share,no,B,judgement,made up
floor_per_head_urban,,,40,,m2/person,no,C,judgement,made up
floor_per_head_rural,,,50,,m2/person,no,C,judgement,made up
building_life_urban,,,50,,a,no,C,judgement,made up
building_life_rural,,,40,,a,no,C,judgement,made up
building_life_shape,,,2,,-,no,C,judgement,made up
per_head_before,,,8,,t/person,no,E,judgement,made up
per_head_saturated,,,6,,t/person,no,E,judgement,made up
per_head_midyear,,,2028,,a,no,E,judgement,made up
per_head_steepness,,,0.6,,1/a,no,E,judgement,made up
kappa,,0.8,1,1.25,-,no,E,judgement,made up
shared_correlation,,,0.5,,-,no,E,judgement,made up
observation_error,,,0.1,,-,no,E,judgement,made up
stone_per_head,,5,7,9,t/person,yes,D,judgement,made up
cement_per_head,,0.6,0.8,1,t/person,no,C,judgement,made up
stone_per_t_cement,,,8,,t/t,no,C,judgement,made up
""")
write("demand/quantities.csv", """
quantity,name_zh,name_en,unit
plain,校准前骨料,Aggregate before calibration,10kt
aggregate,骨料,Aggregate,10kt
cement,水泥,Cement,10kt
""")
write("demand/chain.csv", """
estimator,quantity,of,factor,split,basis,source
,plain,population,stone_per_head,,judgement,made up
bottom_up,aggregate,plain,kappa,,judgement,made up
per_head,aggregate,population,aggregate_per_head,,judgement,made up
,cement,population,cement_per_head,,judgement,made up
cement,aggregate,cement,stone_per_t_cement,,judgement,made up
""")
EMPTY = {
    "demand/projects.csv": "project,name_zh,name_en,size,size_unit,intensity,spoil,start_year,end_year,profile,status,"
                           "spread,delay_low,delay_central,delay_high,cancel_probability,grade,basis,source\n",
    "demand/project_towns.csv": "project,zone,share,basis,source\n",
    "demand/places.csv": "use,zone,share,basis,source\n",
    "additions.csv": "block,year,resource_10kt,basis,source\n",
    "exports.csv": "export,name_zh,name_en,use,zone,from_year,quantity_10kt_a,value_cny_t,basis,source\n",
    "merges.csv": BLOCKS.lstrip().splitlines()[0].replace("zone,", "parents,zone,", 1) + "\n",
}
for name, header in EMPTY.items():
    write(name, header)

# %% [markdown]
# ## 5. The scenario, and what is wrong
# Three slips on purpose: a mineral that the plan does not know, a resource with a thousands separator, a share above
# one. All faults are found at once, each with file, line and what was expected.

# %%
scenario = folder / "first.yaml"
scenario.write_text("""
title: {en: First try, zh: 初步方案}
region: my_county
demand.interpolate.all: linear
solve: {gap: 0.0}
""", encoding="utf-8")

write("blocks.csv", BLOCKS.replace("Q3,小区块,Small,stone", "Q3,小区块,Small block,stones")
      .replace(",2400,0.85,", ',"2,400",0.85,').replace(",400,0.9,0.9,", ",400,1.9,0.9,"))
try:
    mp.load(scenario)
except mp.InputFaults as faults:
    print(faults.text("en"))

# %%
write("blocks.csv", BLOCKS)
case = mp.load(scenario)
case

# %% [markdown]
# ## 6. Demand, plan, report

# %%
demand = mp.project_demand(case, draws=256)
demand.tables.uses.query("use == 'aggregate'").round(1)

# %%
plan = mp.solve(case)
plan

# %%
plan.figures.gantt("en")

# %%
plan.actions

# %% [markdown]
# Everything into one folder: tables, figures, documents, and the certificate with the sha256 of every file.

# %%
results = plan.report(folder / "results" / "first", lang="zh")
sorted(path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file())

# %%
record = mp.read_results(results)
record.warnings("en") or "as it was certified"
