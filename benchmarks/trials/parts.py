"""The parts of the suite and the trials of each; parts share trials, which then run once."""

from __future__ import annotations

from collections.abc import Callable

from trials.trial import Trial

SHIPPED = ("baseline", "circular", "high_demand", "limestone_row_reading", "low_demand", "no_trade", "relaxed_caps",
           "strict_ecology")
"""Every shipped scenario that has a plan and is not made of what was observed."""
HARD = ("no_trade", "low_demand", "circular", "high_demand", "relaxed_caps")
"""The five that take longest to the gap of the scenarios, 0.5 %."""
COUNTIES = tuple(f"county {seed}" for seed in range(1, 11))
GAPS = (0.01, 0.001, 0.0001)
MAIN_GAP = 0.001
INSTANCES = ("capa_14000", "capb_5000", "capc_7250", "capc_5000", "p1", "p6", "p11", "p16")
INSTANCE_GAP = 1e-6
SIZES = ("12x6x4", "25x6x4", "25x12x4", "25x12x8", "50x12x8", "50x24x8", "50x24x15", "100x24x15", "100x48x15")
"""Blocks, townships and years of the growing county, one of them doubled at a time."""
DISTRICTS = ("5", "10", "20", "38")
WRITERS = ("mineralplan", "pyomo", "linopy")


def plain_gap(case: str) -> float:
    """Return how far our form is searched plainly: further where all gaps are asked for."""
    return GAPS[-1] if case == "baseline" or case in HARD else MAIN_GAP


class Limits:
    """Seconds that a search may take: a textbook search, and any other."""

    def __init__(self, limit: float, textbook: float) -> None:
        self.limit, self.textbook = limit, textbook

    def ours(self, case: str, gap: float) -> Trial:
        """Return the trial of mineralplan."""
        return Trial("mineralplan", case, {"gap": gap, "limit": self.limit})

    def plain(self, case: str) -> Trial:
        """Return the trial of our form handed plainly to HiGHS."""
        return Trial("plain", case, {"gap": plain_gap(case), "limit": self.limit})


def forms(limits: Limits) -> list[Trial]:
    """The same cases in every form and by other tools."""
    trials = [Trial("textbook", "baseline", {"gap": GAPS[-1], "limit": limits.textbook}),
              Trial("scip", "baseline", {"limit": limits.limit})]
    for case in ("baseline", *HARD):
        trials += [limits.plain(case), *(limits.ours(case, gap) for gap in GAPS)]
    return [*trials, *(Trial("core", "baseline", {"way": way}) for way in WRITERS)]


def counties(limits: Limits) -> list[Trial]:
    """Every shipped scenario and ten drawn counties to 0.1 %."""
    return [trial for case in (*SHIPPED, *COUNTIES) for trial in (limits.plain(case), limits.ours(case, MAIN_GAP))]


def first(limits: Limits) -> list[Trial]:
    """Every shipped scenario to 1 %, as the command solves it: in a process of its own."""
    return [Trial("mineralplan", case, {"gap": GAPS[0], "limit": limits.limit, "apart": True}) for case in SHIPPED]


def location(limits: Limits) -> list[Trial]:
    """Slow published instances."""
    return [Trial("location", name, {"way": way, "gap": INSTANCE_GAP, "limit": limits.limit})
            for name in INSTANCES for way in ("plain", "mineralplan")]


def phases(limits: Limits) -> list[Trial]:
    """The whole run of the baseline."""
    return [Trial("phases", "baseline", {"limit": limits.limit})]


def growth(limits: Limits) -> list[Trial]:
    """A county that grows."""
    return [limits.ours(f"growth {size}", GAPS[0]) for size in SIZES]


def province(limits: Limits) -> list[Trial]:
    """A province that grows."""
    return [Trial("province", count, {"gap": GAPS[0], "workers": 2}) for count in DISTRICTS]


def what_if(limits: Limits) -> list[Trial]:
    """Changes of the baseline, fresh and of the compiled model; twelve searches to 0.1 % have half the time each."""
    return [Trial("what if", "baseline", {"gap": gap, "limit": limit})
            for gap, limit in ((GAPS[0], limits.limit), (MAIN_GAP, limits.limit / 2))]


def draws(limits: Limits) -> list[Trial]:
    """A plan tried in draws."""
    return [Trial("draws", "baseline", {"gap": GAPS[0]})]


def startup(limits: Limits) -> list[Trial]:
    """The help of the command."""
    return [Trial("startup", "--help")]


PARTS: dict[str, Callable[[Limits], list[Trial]]] = {
    "forms": forms, "counties": counties, "first": first, "location": location, "phases": phases, "growth": growth,
    "what_if": what_if, "draws": draws, "startup": startup, "province": province,
}
LONG = ("province",)
"""Parts that run only when they are asked for."""
