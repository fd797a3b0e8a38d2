"""What the demand for the first headline quantity is made up of, and which projects are part of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mineralplan.case import Case
from mineralplan.demand.chain import BOTTOM_UP
from mineralplan.outputs.demand_tables import DemandTables
from mineralplan.report.figures import style
from mineralplan.report.notices import unit_text
from mineralplan.words import say

BRIGHT = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#bbbbbb")
LIGHT = ("#77aadd", "#99ddff", "#44bb99", "#bbcc33", "#aaaa00", "#eedd88", "#ee8866", "#ffaabb", "#4477aa", "#228833",
         "#aa3377", "#dddddd")
"""Paul Tol's bright scheme, and his light one with three of the bright; the last colour is that of all others."""
OTHER = ""
"""Stands for the projects too small to be told apart; no project has this name."""
LEGEND = 2.9
"""Width right of the panels, inches."""


def demand_drivers(case: Case, tables: DemandTables, lang: str = "en") -> Figure:
    """Return two panels of stacked bars by year: the components of the bottom-up estimate, and its projects."""
    model = case.projected().model
    components = _by_year(tables.components, "component", "amount")
    projects = gathered(_by_year(tables.projects, "project", "aggregate_10kt"), len(LIGHT) - 1)
    drawn = [wide for wide in (components, projects) if wide.to_numpy().any()]
    with style.sheet(case, lang) as page:
        # What the chain begins with needs no row of its own among the quantities.
        quantities = {str(name): str(name).replace("_", " ") for name in components}
        quantities |= {name: quantity.label.text(page.lang) for name, quantity in model.quantities.items()}
        works = {project.name: project.label.text(page.lang) for project in model.projects}
        works[OTHER] = page.word("demand_drivers.other")
        page.title("demand_drivers", quantity=quantities[model.headline[0]], first=model.years[0],
                   last=model.years[-1])
        if not drawn:
            page.empty()
        for wide, axes in zip(drawn, _rows(page, len(drawn)), strict=True):
            if wide is projects:
                _panel(axes, wide, works, LIGHT)
                axes.set_title(page.word("demand_drivers.projects"))
                axes.set_ylabel(page.unit(style.MASS_PER_YEAR))
            else:
                _panel(axes, wide, quantities, BRIGHT)
                estimator = say(f"estimators.{BOTTOM_UP}", page.lang)
                axes.set_title(page.word("demand_drivers.components", estimator=estimator))
                axes.set_ylabel(unit_text(f"{tables.components['unit'].iloc[0]}/a", page.lang))
            axes.set_xlabel(page.word("year"))
    return page.figure


def _by_year(table: pd.DataFrame, part: str, amount: str) -> pd.DataFrame:
    """Return one row per year and one column per part, in the table's order."""
    return table.pivot(index="year", columns=part, values=amount)[list(dict.fromkeys(table[part]))]


def gathered(wide: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the ``most`` largest columns as they are and the sum of the others in a last one, zeros left out."""
    total = wide.sum()
    kept = set(total[total > 0].nlargest(most).index)
    rest = wide[[name for name in wide if name not in kept]].sum(axis=1)
    shown = wide[[name for name in wide if name in kept]]
    return shown.assign(**{OTHER: rest}) if rest.any() else shown


def _rows(page: style.Sheet, count: int) -> Iterable[Axes]:
    """Return axes below one another, with room for a legend beside each."""
    gap, bottom = 0.65, style.FOOTER + 0.45
    free = page.height - style.HEADER - bottom - 0.12
    height = (free - (count - 1) * gap) / max(count, 1)
    width = style.WIDTH - style.LEFT - style.RIGHT - LEGEND - 0.1
    return [page.axes(style.LEFT + 0.1, bottom + (count - 1 - row) * (height + gap), width, height)
            for row in range(count)]


def _panel(axes: Axes, wide: pd.DataFrame, labels: Mapping[str, str], tones: Sequence[str]) -> None:
    years, names = list(wide.index), [str(name) for name in wide]
    paints = {name: style.Paint(tones[-1] if name == OTHER else tones[i % len(tones)]) for i, name in enumerate(names)}
    total = style.stack(axes, years, {name: wide[name] for name in names}, paints)
    axes.set_ylim(0, float(total.max()) * 1.08)
    style.year_axis(axes, years, years)
    axes.grid(axis="y", color=style.FAINT, linewidth=0.5)
    # The legend stands in the order of the stack.
    axes.legend([style.swatch(paints[name]) for name in names[::-1]], [labels[name] for name in names[::-1]],
                loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0.0, handlelength=1.4)
