"""From the answers of many draws to tidy tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mineralplan.case import Case
from mineralplan.formulation.costs import TERMS
from mineralplan.rules.rule import Finding
from mineralplan.simulation import statistics
from mineralplan.solving.program import Vector

Answers = Sequence[Mapping[str, Any]]
TRY, DECIDE = "plan", "decide"
"""The two questions: how does this plan do, what would we decide."""
QUANTITIES = ("cost_10kcny", "shortage_10kt", "export_shortage_10kt", "output_10kt", "haul_10kt_km", "carbon_t")
"""What is said of every draw: cost discounted to the base year, the others summed over the years."""
DRAWS = ["draw", "question", "status", "objective_10kcny", "bound_10kcny", "gap", *QUANTITIES, "reason"]
NO_SHORTAGE = 1e-6
"""Shortages under it are rounding, 10⁴ t."""
POINTS = 40
"""Most numbers of draws at which the convergence is told."""
SOUND = ("optimal", "missed", "feasible")
"""A draw of another status has no figures: it counts as one in which nothing holds."""


def quantities(case: Case, answer: Mapping[str, Any]) -> dict[str, float]:
    """Return the headline quantities of a draw."""
    lines = answer["lines"]

    def total(name: str) -> float:
        return float(sum(lines[name, year] for year in case.years))

    return {
        "cost_10kcny": float(sum(case.discount(year) * lines[term, year] for term in TERMS for year in case.years)),
        "shortage_10kt": total("measure:shortage"), "export_shortage_10kt": float(np.sum(answer["exported"])),
        "output_10kt": float(np.sum(answer["output"])), "haul_10kt_km": total("measure:haul"),
        "carbon_t": total("measure:carbon"),
    }


def draws_table(case: Case, tried: Answers, decided: Answers) -> pd.DataFrame:
    """Return one row per draw and question."""
    rows = []
    for question, answers in ((TRY, tried), (DECIDE, decided)):
        for answer in answers:
            sound = answer["status"] in SOUND
            objective, bound = (answer[name] if sound else np.nan for name in ("objective", "bound"))
            gap = max(0.0, objective - bound) / max(abs(objective), 1e-9)
            known = quantities(case, answer) if sound else dict.fromkeys(QUANTITIES, np.nan)
            rows.append((answer["draw"], question, answer["status"], objective, bound, gap, *known.values(),
                         answer["reason"]))
    return pd.DataFrame(rows, columns=DRAWS)


def misses_table(tried: Answers) -> pd.DataFrame:
    """Return one row per row of the model that had to give way: draw, law or rule, what of, by how much."""
    rows = [
        (answer["draw"], name.removeprefix("rule_").removesuffix(".hard"), " ".join(map(str, index)), amount)
        for answer in tried for name, index, amount in answer.get("misses", ())
    ]
    return pd.DataFrame(rows, columns=["draw", "row", "item", "amount"])


def indicators_table(findings: Sequence[Finding], tried: Answers) -> pd.DataFrame:
    """Return one row per requirement: quantiles of its value, and the probability that it holds."""
    sound = [answer for answer in tried if "values" in answer]
    values = np.array([answer["values"] for answer in sound]).reshape(len(sound), len(findings))
    kept = np.array([answer["holds"] for answer in sound]).reshape(len(sound), len(findings))
    rows = []
    for i, finding in enumerate(findings):
        known = values[~np.isnan(values[:, i]), i]
        share = float(kept[:, i].sum()) / len(tried) if tried else np.nan
        rows.append((
            finding.rule, finding.item, finding.year, finding.nature, finding.unit, finding.sense,
            float(finding.limit), *(statistics.quantile(known, q) for q in (0.1, 0.5, 0.9)), share,
            statistics.standard_error_of_share(share, len(tried)), finding.clause,
        ))
    return pd.DataFrame(rows, columns=["rule", "item", "year", "nature", "unit", "sense", "limit", "p10", "p50", "p90",
                                       "probability", "standard_error", "clause"])


def demand_met_table(case: Case, tried: Answers) -> pd.DataFrame:
    """Return one row per use and year: the probability that demand is met in full, and the shortage."""
    sound = [answer for answer in tried if answer["status"] in SOUND]
    short = np.array([answer["short"] for answer in sound]).reshape(len(sound), -1)
    wanted = np.array([answer["demand"] for answer in sound]).reshape(len(sound), -1)
    rows = []
    for place, (use, year) in enumerate((use, year) for use in case.uses for year in case.years):
        if not sound or not wanted[:, place].any():
            continue
        missing = short[:, place]
        share = float((missing <= NO_SHORTAGE).sum()) / len(tried)
        rows.append((use, year, share, statistics.standard_error_of_share(share, len(tried)),
                     statistics.mean(wanted[:, place]), statistics.mean(missing),
                     statistics.standard_error(missing), statistics.quantile(missing, 0.9), statistics.cvar(missing)))
    return pd.DataFrame(rows, columns=["use", "year", "probability_met", "standard_error", "mean_demand_10kt",
                                       "expected_shortage_10kt", "shortage_standard_error", "p90_shortage_10kt",
                                       "cvar95_shortage_10kt"])


def summary_table(draws: pd.DataFrame) -> pd.DataFrame:
    """Return one row per question and quantity: quantiles, mean, standard error, and the mean of the worst."""
    rows = []
    for question, own in draws.groupby("question", sort=False):
        for name in QUANTITIES:
            values = own[name].dropna().to_numpy(float)
            rows.append((question, name, len(values), *(statistics.quantile(values, q) for q in (0.1, 0.5, 0.9)),
                         statistics.mean(values), statistics.standard_error(values), statistics.cvar(values)))
    return pd.DataFrame(rows, columns=["question", "quantity", "draws", "p10", "p50", "p90", "mean", "standard_error",
                                       "cvar95"])


def convergence_table(draws: pd.DataFrame) -> pd.DataFrame:
    """Return what the first draws, then more and more of them, say of cost and shortage."""
    own, rows = draws[draws["question"] == TRY], []
    for name in QUANTITIES[:2]:
        values = own[name].dropna().to_numpy(float)
        for count in _counts(len(values)):
            first = values[:count]
            rows.append((name, count, statistics.mean(first), statistics.standard_error(first),
                         statistics.quantile(first, 0.9), statistics.cvar(first)))
    return pd.DataFrame(rows, columns=["quantity", "draws", "mean", "standard_error", "p90", "cvar95"])


def _counts(most: int) -> list[int]:
    if most < 2:
        return [most] if most else []
    return sorted({round(float(count)) for count in np.geomspace(2, most, POINTS)})


def decisions_table(case: Case, decided: Answers) -> pd.DataFrame:
    """Return one row per block: in which share of the draws it works, and from when on."""
    sound = [answer for answer in decided if answer["status"] in SOUND]
    rows = []
    for code, block in case.blocks.items():
        starts: Vector = np.array([answer["starts"][code] for answer in sound if code in answer["starts"]], dtype=float)
        works = len(starts) > 0
        rows.append((
            code, block.mineral, block.status, len(starts) / len(sound) if sound else np.nan,
            starts.min() if works else np.nan, statistics.quantile(starts, 0.5), starts.max() if works else np.nan,
        ))
    table = pd.DataFrame(rows, columns=["block", "mineral", "state", "share_of_draws", "earliest", "median", "latest"])
    return table if len(decided) else table.iloc[:0]


def licences_table(decided: Answers) -> pd.DataFrame:
    """Return one row per draw decided anew and block that works at some time there: since when, at what scale."""
    rows = [
        (answer["draw"], code, int(first), float(answer["scales"][code]))
        for answer in decided if answer["status"] in SOUND for code, first in answer["starts"].items()
    ]
    return pd.DataFrame(rows, columns=["draw", "block", "first_year", "capacity_10kt_a"])


def inputs_table(case: Case, tried: Answers) -> pd.DataFrame:
    """Return one row per draw: the named inputs, and the district's demand of every use, summed over the years."""
    rows = []
    for answer in tried:
        if "demand" in answer:
            total = np.asarray(answer["demand"]).reshape(len(case.uses), len(case.years)).sum(axis=1)
            demand = {f"demand.{use}_10kt": float(value) for use, value in zip(case.uses, total, strict=True)}
            rows.append({"draw": answer["draw"], **answer["inputs"], **demand})
    return pd.DataFrame(rows)


def fan_table(case: Case, tried: Answers) -> pd.DataFrame:
    """Return cost and shortage of every year: quantiles over the draws."""
    sound = [answer for answer in tried if answer["status"] in SOUND]
    rows = []
    for year in case.years:
        cost = np.array([sum(answer["lines"][term, year] for term in TERMS) for answer in sound])
        short = np.array([answer["lines"]["measure:shortage", year] for answer in sound])
        for name, values in (("cost_10kcny", cost), ("shortage_10kt", short)):
            rows.append((name, year, *(statistics.quantile(values, q) for q in (0.05, 0.1, 0.5, 0.9, 0.95)),
                         statistics.mean(values)))
    return pd.DataFrame(rows, columns=["quantity", "year", "p5", "p10", "p50", "p90", "p95", "mean"])
