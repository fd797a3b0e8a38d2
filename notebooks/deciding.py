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
# # Deciding under uncertainty
#
# A plan revision is never one run: compare, sweep, sample, trade off, price, and find what holds whatever happens.
# Every answer says what was proven. Five years and a gap of 1 % keep this page quick; the data are illustrative. Mass
# is in 10⁴ t, money in 10⁴ CNY.

# %%
import mineralplan as mp

SHORT = {"years": [2021, 2025], "solve.gap": 0.01}
base = mp.load("../scenarios/baseline.yaml", SHORT)
plan = mp.solve(base)
plan

# %% [markdown]
# ## Two plans compared
# What differs in the inputs, by name and place; what differs in the answer; whether the difference in cost is proven.
# A second question begins from the first plan.

# %%
other = mp.solve(base.change({"caps.building_limestone": 500}), start=plan.allocation)
compared = plan.compare(other)
compared

# %%
compared.tables["inputs"]

# %% [markdown]
# ## A sweep: every combination of some limits
# One model is compiled; each point starts from its neighbour's plan. A plan of a tighter point holds in a looser one,
# and a bound of a looser point holds in a tighter one: so the points prove more of each other than each by itself.

# %%
swept = mp.sweep(base, {"caps.building_limestone": [400, 500, 900], "mines": [30, 38]})
swept

# %%
swept.figures.sweep()

# %% [markdown]
# ## An ensemble: how does this plan do, and what would we decide?
# The plan's licences stand and only output and flows adapt, in draws of the demand model; then the first draws are
# decided anew.

# %%
drawn = mp.ensemble("../scenarios/ensembles/demand.yaml", changes=SHORT, draws=100, decide=3)
drawn

# %%
drawn.figures.met()

# %% [markdown]
# ## A front: what does one objective cost in another?

# %%
front = mp.pareto(base, ["cost", "mines"], points=4)
front

# %%
front.figures.front()

# %% [markdown]
# ## Prices: what is one more of a limit worth?
# Dual prices with these mines, beside the certified difference of the plan decided anew.

# %%
priced = plan.prices(rank=False)
priced

# %% [markdown]
# ## Robust: which blocks whatever happens?
# Which decisions every plan within 1 % of the best shares, proven block by block.

# %%
kept = mp.robust(base, plan=plan, slack=0.01, alternatives=8)
kept

# %%
kept.figures.robust()

# %% [markdown]
# ## Two stages: licences now, production later
# The licences are decided once for all futures; what knowing the future would be worth is proven as an interval.

# %%
staged = mp.stochastic(base, mp.drawn_futures(base, 2, draws=64), gap=0.02)
staged
