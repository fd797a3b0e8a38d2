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
# # A first look at a plan
#
# Load the published plan, look at the demand, solve, read the scorecard, change a cap, compare.
# Mass is in 10⁴ t (万吨): a cap of 900 is 9.0 Mt a year. The block table is illustrative.

# %%
import pandas as pd

import mineralplan as mp

# The scenario's years to 2030 and a gap of 0.5 % keep this page quick; leave both out for the real thing.
case = mp.load("../scenarios/baseline.yaml", {"years": [2021, 2030], "solve.gap": 0.005})
f"{case.title.en}: {len(case.blocks)} blocks, {len(case.zones)} zones, {case.years[0]}–{case.years[-1]}"

# %% [markdown]
# ## Demand
# By use and year, in the district and for export.

# %%
demand = pd.Series(case.demand).rename_axis(["use", "zone", "year"]).rename("demand").reset_index()
demand.pivot_table(index="use", columns="year", values="demand", aggfunc="sum").round(1)

# %% [markdown]
# ## The plan
# What it is, how good it is proven to be, and every binding indicator with its clause.

# %%
plan = mp.solve(case)
plan

# %%
plan.figures.supply_demand("en")

# %% [markdown]
# Where demand is met from in the target year, and what has to be licensed until then.

# %%
plan.balance.query("year == @case.target_year and market == 'district'").round(1)

# %%
plan.actions.query("year <= @case.target_year")

# %% [markdown]
# ## What if the cap were 700?

# %%
tight = mp.solve(case.change({"caps.building_limestone": 700}))


# %%
def indicators(name: str, one: mp.Plan) -> pd.Series:
    """Return what is compared."""
    year = one.balance.query("year == @case.target_year and market == 'district'")
    return pd.Series(
        {
            "cost at least, 10⁴ CNY": one.certificate.bound,
            "cost of this plan, 10⁴ CNY": one.certificate.objective,
            "own output in the target year, 10⁴ t": year["local_10kt"].sum(),
            "imports in the target year, 10⁴ t": year["imported_10kt"].sum(),
            "short in the target year, 10⁴ t": year["shortage_10kt"].sum(),
        },
        name=name,
    )


# Two plans differ for certain only where their intervals (at least … this plan) do not overlap.
pd.concat([indicators("cap 900", plan), indicators("cap 700", tight)], axis=1).round(1)
