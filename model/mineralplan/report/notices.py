"""What every output says of its data: what is illustrative, whether the demand model is calibrated; and units."""

from __future__ import annotations

import numpy as np

from mineralplan.case import Case
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.parameters import KAPPA
from mineralplan.inputs.plan import unit_key
from mineralplan.words import say, vocabulary


def notices(case: Case, lang: str) -> list[str]:
    """Return what a reader must know of the data: the calibration of the demand, and what is illustrative."""
    found = [calibration_sentence(case, lang)] if case.outlook is not None else []
    notice = illustrative_sentence(case, lang)
    return [*found, notice] if notice else found


def illustrative_sentence(case: Case, lang: str) -> str:
    """Return the notice of which tables are illustrative, and how much of them; empty where none are."""
    parts = [
        say("notice.table", lang, table=say(f"tables.{p.table}", lang), count=p.illustrative, all=p.rows)
        for p in case.provenance
        if p.illustrative
    ]
    return say("notice.illustrative", lang, tables=say("notice.between", lang).join(parts)) if parts else ""


def calibration_sentence(case: Case, lang: str) -> str:
    """Return whether and how the model was calibrated."""
    outlook = case.projected()
    calibration = outlook.calibration
    kappa = f"{outlook.point.parameters[KAPPA][0, 0]:.3f}"
    year = calibration.base_year
    if not calibration.calibrated:
        return say("demand.uncalibrated", lang, year=year, kappa=kappa, spread=f"{_spread(outlook):.0%}")
    count = sum(entry.year == year for entry in calibration.observations)
    prior = f"{outlook.model.parameters[KAPPA].central[0]:g}"
    return say("demand.calibrated", lang, count=count, year=year, kappa=kappa, prior=prior)


def _spread(outlook: Outlook) -> float:
    """Return one standard deviation of κ as a part of it."""
    return float(np.expm1(outlook.calibration.of(outlook.model, outlook.point)[1][0]))


def unit_label(unit: str, lang: str) -> str:
    """Return a unit as people write it."""
    return say(f"units.{unit_key(unit)}", lang)


def unit_text(unit: str, lang: str) -> str:
    """Return a unit as people write it; one that has no word stays as the table writes it."""
    key = unit_key(unit)
    if f"units.{key}" in vocabulary(lang):
        return unit_label(unit, lang)
    # Of targets only: a unit among the others may be that of a limit, and the model counts in no day's output.
    return say(f"target_units.{key}", lang) if f"target_units.{key}" in vocabulary(lang) else unit
