"""Discounted cost by year and term."""

from __future__ import annotations

from mineralplan.report.figures.costs import IN_AXIS_UNIT, SHARED, TONES, VALUED
from mineralplan.report.page.charts import chart, named, quantity, years
from mineralplan.report.page.parts import Chart, Section, Spec, Table
from mineralplan.report.record import Record
from mineralplan.words import say


def section(record: Record, lang: str) -> Section:
    """Return bars stacked by term, the largest at the bottom, and the table of totals."""
    table = record.tables.costs
    total = table.groupby("term", sort=False)[["cost_10kcny", "discounted_10kcny"]].sum()
    total = total[(total.abs() >= 0.5).any(axis=1)].sort_values("discounted_10kcny", ascending=False)
    terms = [*(term for term in total.index if term != VALUED), *(term for term in total.index if term == VALUED)]
    whole = float(table["discounted_10kcny"].sum())
    rows = [
        [_name(term, lang), f"{total.loc[term, 'cost_10kcny']:,.0f}", f"{total.loc[term, 'discounted_10kcny']:,.0f}",
         f"{total.loc[term, 'discounted_10kcny'] / whole:.1%}" if whole else "–"]
        for term in terms
    ]
    rows.append([say("summary.total", lang), f"{table['cost_10kcny'].sum():,.0f}", f"{whole:,.0f}",
                 f"{1:.0%}" if whole else "–"])
    header = [say("columns.term", lang), *(say(f"page.costs.{name}", lang) for name in ("paid", "discounted", "share"))]
    case = record.case
    axis = say("page.costs.axis", lang, rate=f"{case.economics.discount_rate:.1%}", base=case.base_year)
    drawing = [Chart("costs", _stacked(terms, axis, lang), say("page.costs.alt", lang), {"costs": table})]
    return Section("costs", say("page.costs.title", lang), [
        *(drawing if terms else []),
        Table(say("page.costs.table", lang), header, rows, figures=frozenset({1, 2, 3})),
    ])


def _name(term: str, lang: str) -> str:
    """Return the name of a term; of what nobody pays, with that remark."""
    name = say(f"terms.{term}", lang)
    return say("figures.costs.valued", lang, term=name) if term == VALUED else name


def _stacked(terms: list[str], axis: str, lang: str) -> Spec:
    plain = iter(TONES * 2)
    # As on the supply chart: a shortage is drawn in the colour of its rim.
    tones = {term: next(plain) if term not in SHARED else SHARED[term].edge if term == VALUED else SHARED[term].face
             for term in terms}
    words = {term: _name(term, lang) for term in terms}
    return chart(
        300, data={"name": "costs"}, title={"text": axis},
        params=[{"name": "terms", "value": words}],
        transform=[{"filter": f"indexof({terms}, datum.term) >= 0"}, *named({
            "name": "terms[datum.term]", "order": f"indexof({terms}, datum.term)",
            "amount": f"datum.discounted_10kcny * {IN_AXIS_UNIT}"})],
        mark={"type": "bar"},
        encoding={
            "x": years(), "y": quantity("amount"), "order": {"field": "order"},
            "color": {"field": "term", "type": "nominal", "scale": {"domain": terms, "range": [*tones.values()]},
                      "legend": {"labelExpr": "terms[datum.value]"}},
            "tooltip": [{"field": "year", "title": say("columns.year", lang)},
                        {"field": "name", "title": say("columns.term", lang)},
                        {"field": "discounted_10kcny", "title": say("page.costs.discounted", lang),
                         "format": ",.0f"}],
        },
    )
