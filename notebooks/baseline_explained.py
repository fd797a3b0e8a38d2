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
# # The baseline, explained
#
# Why these blocks and not others, what binds, how good the plan is proven to be, and who checked it.
# Mass is in 10⁴ t (万吨), money in 10⁴ CNY. The block table is illustrative.

# %%
import dataclasses

import pandas as pd

import mineralplan as mp

# The years to 2027 keep this page quick; leave the changes out for the whole plan.
case = mp.load("../scenarios/baseline.yaml", {"years": [2021, 2027], "solve.gap": 0.005})
case

# %% [markdown]
# ## The plan and its certificate
# `bound` is proven: no plan costs less. The gap between bound and objective is all that can still be gained.

# %%
plan = mp.solve(case)
plan

# %%
certificate = plan.certificate
pd.Series({
    "cost of this plan, 10⁴ CNY": certificate.objective,
    "no plan costs less than": certificate.bound,
    "gap": f"{certificate.gap:.3%}",
    "bound proven in exact arithmetic": certificate.safe_bound,
    "gap to that": f"{certificate.safe_gap:.3%}",
    "size of the program": dict(certificate.size),
})

# %% [markdown]
# ## Indicators
# The binding ones in words, with the clause of the published plan; then those met without a margin: they shape the
# plan.

# %%
plan.indicators("en")

# %%
binding = plan.scorecard.query("nature == 'binding' and year == @case.target_year and margin.notna()")
binding.assign(slack=(binding["margin"] / binding["limit"].abs()).round(4)).sort_values("slack").head(8)[
    ["rule", "item", "sense", "limit", "value", "unit", "slack", "clause"]]

# %% [markdown]
# ## Why these blocks
# What a tonne costs at the pit at the first scale, and how far it is to the places that want it. Cheap and near blocks
# are worked; dear or far ones are not, unless a rule asks for them (a merger, a share of large mines).

# %%
mineral = "building_limestone"
uses = [use for use, entry in case.uses.items() if mineral in entry.served_by]
wanted: dict[str, float] = {}
for (use, zone, year), quantity in case.demand.items():
    if use in uses and year == case.target_year and not case.exported(zone):
        wanted[zone] = wanted.get(zone, 0.0) + quantity


def pit_price(block) -> float:
    """Return CNY per tonne at full output of the first scale: mining, fixed cost, capital over its life."""
    first = block.options[0]
    yearly = block.fixed_cost * first.capacity + case.economics.capital_recovery_factor * first.capital
    return block.operating_cost + yearly / first.capacity


def mean_haul(code: str) -> float:
    """Return km to where the stone is wanted, weighted by demand."""
    return sum(case.distance_km(code, zone) * amount for zone, amount in wanted.items()) / sum(wanted.values())


worked = set(plan.production.query("year == @case.target_year and capacity_10kt_a > 0")["block"])
why = pd.DataFrame(
    [
        (block.code, block.status, block.options[0].capacity, block.resource, pit_price(block), mean_haul(block.code),
         block.code in worked)
        for block in case.blocks_of(mineral)
    ],
    columns=["block", "status", "scale, 10⁴ t/a", "resource, 10⁴ t", "at the pit, CNY/t", "mean haul, km", "works"],
)
delivered = why["at the pit, CNY/t"] + case.economics.loading + case.economics.haul * why["mean haul, km"]
why.assign(**{"delivered, CNY/t": delivered}).sort_values("delivered, CNY/t").round(1)

# %%
plan.figures.gantt("en")

# %%
plan.figures.map("en", year=2025)

# %% [markdown]
# ## Balance
# Where the demand of the target year is met from. What is not met is priced, never hidden.

# %%
plan.balance.query("year == @case.target_year").round(1)

# %% [markdown]
# ## Landbank
# Years that the working mines can go on at the output of the year (保障年限).

# %%
plan.tables.minerals.pivot(index="year", columns="mineral", values="landbank_years").round(1)

# %% [markdown]
# ## Costs
# The discounted column adds up to the objective of the certificate.

# %%
costs = plan.costs.groupby("term")[["cost_10kcny", "discounted_10kcny"]].sum()
costs = costs.sort_values("discounted_10kcny", ascending=False)
assert abs(costs["discounted_10kcny"].sum() - certificate.objective) < 1e-6 * certificate.objective
costs.round(0)

# %% [markdown]
# ## Audit
# Every law, rule and cost again in exact fractions, by code that shares nothing with the optimiser but the data.

# %%
plan.audit

# %% [markdown]
# It finds what is wrong. Here one mine is made to dig twice what its licence allows.

# %%
mines = plan.allocation.mines.copy()
first = mines.index[0]
mines.loc[first, "output_10kt"] = 2 * mines.loc[first, "capacity_10kt_a"]
mp.audit(case, dataclasses.replace(plan.allocation, mines=mines))
