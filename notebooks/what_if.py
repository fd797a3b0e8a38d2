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
# # What if?
#
# Other caps, another demand, no trade: what changes, and whether the difference is proven or within the gap.
# Five years and a gap of 1 % keep this page quick. Mass is in 10⁴ t, money in 10⁴ CNY; the data are illustrative.

# %%
import pandas as pd

import mineralplan as mp

base = mp.load("../scenarios/baseline.yaml", {"years": [2021, 2025], "solve.gap": 0.01})
base

# %% [markdown]
# ## Changes
# Named as in a scenario file: [docs/scenarios.md](../docs/scenarios.md). `change` checks every name and value; all
# faults are reported at once.

# %%
try:
    base.change({"caps.building_limestonee": 700, "demand.scale.all": -1, "trade.import": False})
except mp.InputFaults as faults:
    print(faults.text("en"))

# %%
QUESTIONS = {
    "baseline": {},
    "cap 500": {"caps.building_limestone": 500},
    "cap 1,000": {"caps.building_limestone": 1000},
    "demand + 20 %": {"demand.scale.all": 1.2},
    "no imports": {"trade.imports": False},
}
plans = {name: mp.solve(base.change(changes)) for name, changes in QUESTIONS.items()}

# %% [markdown]
# ## Compared
# A plan costs at least its bound and at most its objective. Two questions differ for certain where these intervals do
# not overlap.


# %%
def compared(plans: dict[str, mp.Plan]) -> pd.DataFrame:
    """Return one row per plan: cost interval, whether it differs from the first for certain, and the target year."""
    first = next(iter(plans.values())).certificate
    rows = {}
    for name, plan in plans.items():
        one = plan.certificate
        home = plan.balance.query("year == @plan.case.target_year and market == 'district'")
        rows[name] = {
            "cost at least": one.bound, "cost of this plan": one.objective,
            "certainly": "dearer" if one.bound > first.objective else "cheaper" if one.objective < first.bound else "–",
            "own output": home["local_10kt"].sum(), "imports": home["imported_10kt"].sum(),
            "not met": home["shortage_10kt"].sum(),
            "mines": (plan.production.query("year == @plan.case.target_year")["capacity_10kt_a"] > 0).sum(),
            "audit": plan.audit.verdict,
        }
    return pd.DataFrame(rows).T


compared(plans)

# %% [markdown]
# Higher caps can only help, and demand, if anything, only costs: a bound that said otherwise would be a fault.

# %%
assert plans["cap 1,000"].certificate.bound <= plans["baseline"].certificate.objective
assert plans["demand + 20 %"].certificate.objective >= plans["baseline"].certificate.bound

# %%
plans["no imports"].figures.supply_demand("en")

# %% [markdown]
# Which blocks does the tighter cap close, and which does it open?

# %%
state = {name: plans[name].production.query("year == 2025").set_index("block")["capacity_10kt_a"]
         for name in ("baseline", "cap 500")}
both = pd.DataFrame(state)
both[both["baseline"] != both["cap 500"]]

# %% [markdown]
# ## Three sliders
# Where `ipywidgets` is installed (`pip install "mineralplan[notebooks]"`): set cap, demand and imports, press the
# button; the answer is a certified plan, a few seconds later. Without it call `answer` yourself.


# %%
def answer(cap: float = 900, demand: float = 1.0, imports: float = 1.0) -> mp.Plan:
    """Return the plan with another cap on building limestone, and demand and imports times a factor."""
    bought = {f"supplies.{code}.limit_scale": imports for code, supply in base.supplies.items()
              if supply.kind == "import"}
    return mp.solve(base.change({"caps.building_limestone": cap, "demand.scale.all": demand, **bought}))


try:
    from ipywidgets import FloatSlider, IntSlider, interact_manual
except ImportError:
    print("no ipywidgets: call answer(cap, demand, imports)")
else:
    interact_manual(
        answer,
        cap=IntSlider(900, 300, 1200, 50, description="cap, 10⁴ t/a"),
        demand=FloatSlider(value=1.0, min=0.7, max=1.3, step=0.05, description="demand ×"),
        imports=FloatSlider(value=1.0, min=0.0, max=2.0, step=0.1, description="imports ×"),
    )

# %%
answer(cap=600, demand=0.9, imports=0.5)
