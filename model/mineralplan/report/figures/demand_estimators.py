"""What three estimators say of the same demand, and how far apart they are."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from mineralplan.case import Case
from mineralplan.demand.chain import BOTTOM_UP, CEMENT, ESTIMATORS, PER_HEAD
from mineralplan.demand.reconciliation import AGREE_WITHIN
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.report.figures import style
from mineralplan.report.notices import unit_text
from mineralplan.words import say

# Where two estimators agree, the gaps of one line show the other.
LINES: dict[str, dict[str, Any]] = {
    BOTTOM_UP: {"color": "#0072b2"},
    PER_HEAD: {"color": "#d55e00", "linestyle": (0, (4, 3))},
    CEMENT: {"color": "#009e73"},
}
"""Okabe and Ito's colours, told apart with each usual colour-vision deficiency."""
STRONG, WEAK = {"linewidth": 2.2, "alpha": 0.28}, {"linewidth": 1.1, "alpha": 0.12}
"""Line width and opacity of the band, of the estimator that drives and of the others."""
MARK: dict[str, Any] = {"facecolor": style.WARNING, "alpha": 0.75, "linewidth": 0}
"""How years in which the estimators lie too far apart are marked."""


def demand_estimators(case: Case, tables: DemandTables, lang: str = "en") -> Figure:
    """Return one panel per headline quantity, and per use that more than one estimator states.

    Lines are the central run, bands the 10 and 90 % quantiles of the draws.
    """
    model = case.projected().model
    groups = {
        str(quantity): rows for quantity, rows in tables.estimators.groupby("quantity", sort=False)
        if quantity in model.headline or rows["estimator"].nunique() > 1
    }
    with style.sheet(case, lang) as page:
        names = {estimator: say(f"estimators.{estimator}", page.lang) for estimator in ESTIMATORS}
        grid = style.panels(page, len(groups)) if groups else []
        for (quantity, rows), axes in zip(groups.items(), grid, strict=True):
            _panel(page, axes, quantity, rows, tables)
        page.title("demand_estimators", estimator=names[model.estimator], first=model.years[0], last=model.years[-1])
        if not groups:
            page.empty()
        handles: list[Any] = [
            Line2D([], [], **LINES[e], linewidth=(STRONG if e == model.estimator else WEAK)["linewidth"])
            for e in ESTIMATORS
        ]
        labels = [page.word("demand_estimators.drives", estimator=name) if e == model.estimator else name
                  for e, name in names.items()]
        handles += [Patch(facecolor=style.QUIET, alpha=STRONG["alpha"]), Patch(**MARK), style.cap_swatch()]
        labels += [page.word("demand_estimators.band"),
                   page.word("demand_estimators.apart", within=f"{AGREE_WITHIN:.0%}"),
                   page.word("demand_estimators.caps")]
        page.legend(handles, labels)
    return page.figure


def _panel(page: style.Sheet, axes: Axes, quantity: str, rows: pd.DataFrame, tables: DemandTables) -> None:
    case, model = page.case, page.case.projected().model
    years = list(model.years)
    for estimator, own in rows.groupby("estimator", sort=False):
        drives = bool(own["drives"].iloc[0])
        look, line = STRONG if drives else WEAK, LINES[str(estimator)]
        axes.fill_between(own["year"], own["p10"], own["p90"], color=line["color"], alpha=look["alpha"], linewidth=0,
                          gid=f"{estimator}-band")
        axes.plot(own["year"], own["central"], **line, linewidth=look["linewidth"], gid=str(estimator),
                  zorder=2.5 if drives else 2.2 if estimator == PER_HEAD else 2)
    apart = sorted(set(rows.loc[rows["flagged"], "year"]))
    axes.broken_barh([(year - 0.5, 1.0) for year in apart], (0, 0.018), transform=axes.get_xaxis_transform(),
                     gid="flagged", **MARK)
    caps = cap_of(case, tables, quantity)
    known = caps.dropna()
    label = page.word("demand_estimators.cap", value=f"{known.iloc[-1]:,g}") if len(known) else ""
    style.cap_line(axes, years, caps.reindex(years), label, float(rows[["p90", "central"]].max().max()))
    axes.set_title(model.quantities[quantity].label.text(page.lang))
    axes.set_ylabel(unit_text(f"{model.quantities[quantity].unit}/a", page.lang))
    style.year_axis(axes, years, style.few_years(case, years))
    axes.locator_params(axis="y", nbins=6)


def cap_of(case: Case, tables: DemandTables, quantity: str) -> pd.Series[float]:
    """Return by year how much of a use the cap of its first mineral allows; empty where other uses share the cap."""
    nothing = pd.Series(dtype=float)
    if quantity not in case.uses:
        return nothing
    mineral, gain = next(iter(case.uses[quantity].served_by.items()))
    if sum(next(iter(use.served_by)) == mineral for use in case.uses.values()) > 1:
        return nothing
    rows = tables.minerals[tables.minerals["mineral"] == mineral]
    return rows.set_index("year")["cap"].astype(float) * gain
