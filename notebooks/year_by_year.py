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
# # The years as they come
#
# A plan knows all years at once; a district does not. Here every year is decided on what is known then, the true year
# comes, and what was decided stays. Six years and two futures keep this page quick; the data are illustrative. Mass is
# in 10⁴ t, money in 10⁴ CNY.

# %%
import mineralplan as mp

case = mp.load("../scenarios/baseline.yaml", {"years": [2021, 2026], "solve.gap": 0.01})
published = mp.solve(case)
case.futures  # how the years may turn out otherwise: futures.csv, every figure with its reason

# %% [markdown]
# ## A policy of your own
# A function of what is known in a year (`Look`) that says which block is licensed at which capacity, 10⁴ t/a. Blocks
# that it does not name stay as they were, 0 closes. This one licenses the cheapest block of a mineral as soon as its
# mines work at more than nine tenths of what they are licensed for. What clauses do not allow is put right with the
# fewest changes.


# %%
def full_use(look):
    wanted = {}
    for mineral in look.case.minerals:
        mines = [b.code for b in look.case.blocks_of(mineral) if b.code in look.capacity]
        licensed = sum(look.capacity[code] for code in mines)
        if licensed and sum(look.output.get(code, 0) for code in mines) > 0.9 * licensed:
            for block in sorted(look.open_blocks(mineral), key=look.cost)[:1]:
                wanted[block.code] = block.options[0].capacity
    return wanted


# %% [markdown]
# ## Policies in the same futures
# Demand, stoppages, delays, resources, finds and import prices come the same to every policy. Regret is cost above
# perfect foresight, which nobody has.

# %%
played = mp.simulate(case, policies=["perfect", "rolling3", "published", full_use], futures=2, plan=published)
played

# %%
played.tables["policies"][["future", "policy", "cost_10kcny", "regret_share", "shortage_10kt", "licences", "audit"]]

# %%
played.figures.regret()

# %% [markdown]
# ## One future under every policy

# %%
played.figures.one_future(number=0)

# %% [markdown]
# ## How far forecasts were off
# The demand model is set again to the use of the last years, each year; what it says of later years errs the more, the
# further it looks ahead.

# %%
played.tables["forecasts"].pivot(index="use", columns="ahead", values="mean_error").round(3)

# %% [markdown]
# ## What was done can be audited like any plan
# Against the future as it came, in exact arithmetic.

# %%
from mineralplan.simulation.futures import draw_futures

(first, *_) = draw_futures(case, 2, seed=1)
mp.audit(first.case(case), played.allocation("rolling3", 0))
