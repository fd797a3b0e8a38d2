"""Calibration: the posterior of ln κ in closed form, and what it does to paths, draws and bands.

By hand on `tiny_demand`: in 2020 aggregate is 246 κ; masonry 0.2 × (246 κ - 37) = -7.4 + 49.2 κ and concrete
7.4 + 196.8 κ. The prior has the bounds 1/2 and 2, so that ln κ has the deviation s = ln 2 / 1.645 = 0.4214.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tiny_demand import NOTHING, middle, observed, parameter, seen, tiny_demand, totals

from mineralplan.case import Case
from mineralplan.demand import sampling
from mineralplan.demand.bands import draw, quantiles
from mineralplan.demand.calibration import Calibration, line
from mineralplan.demand.model import DemandModel
from mineralplan.demand.outlook import Outlook
from mineralplan.demand.parameters import Z95
from mineralplan.loading import load

ROOT = Path(__file__).parents[2]
S = math.log(2) / Z95
E = 0.1


def model(low: float = 0.5, central: float = 1.0, high: float = 2.0, error: float = E) -> DemandModel:
    return tiny_demand(parameter("kappa", central, low, high), observation_error=error)


def posterior(known: Calibration, given: DemandModel | None = None) -> tuple[float, float]:
    """Return mean and deviation of ln κ at the central point."""
    given = given or model()
    mean, deviation = known.of(given, middle(given))
    return float(mean[0]), float(deviation[0])


def pooled(prior: float, s: float, *seen: tuple[float, float]) -> tuple[float, float]:
    """Return mean and deviation of a normal prior and observations (value, deviation), weighted by precision."""
    weights = [s**-2, *(e**-2 for _, e in seen)]
    values = [prior, *(value for value, _ in seen)]
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights), sum(weights) ** -0.5


def test_nothing_observed_leaves_the_prior() -> None:
    """Bounds 1/2, 1, 2: mean 0 and s; bounds 1, 2, 4: mean ln 2."""
    assert posterior(NOTHING) == pytest.approx((0, S))
    assert posterior(NOTHING, model(1, 2, 4)) == pytest.approx((math.log(2), S))
    assert (NOTHING.calibrated, NOTHING.status) == (False, "uncalibrated")


def test_one_observation() -> None:
    """300 of aggregate against 246 κ, off by 10 %: mean s² / (s² + e²) × ln(300 / 246) = 0.9467 × 0.1985 = 0.1879.

    Deviation (1 / s² + 1 / e²)^-½ = 0.0973. Taken at its word the observation would give 0.1985.
    """
    weight = S**2 / (S**2 + E**2)

    assert posterior(observed(seen(300))) == pytest.approx((weight * math.log(300 / 246), (S**-2 + E**-2) ** -0.5))
    assert posterior(observed(seen(300))) == pytest.approx((0.1879, 0.0973), abs=5e-5)
    assert observed(seen(300)).status == "calibrated"


def test_the_prior_median_counts() -> None:
    """Bounds 1, 2, 4 and 246 observed: between ln 2 and ln 1 = 0 by the precisions, ln 2 × e² / (s² + e²)."""
    found, _ = posterior(observed(seen(246)), model(1, 2, 4))

    assert found == pytest.approx(math.log(2) * E**2 / (S**2 + E**2))


def test_a_larger_error_says_less() -> None:
    """Off by as much as the prior, e = s: half way, with a deviation of s / √2."""
    found = posterior(observed(seen(300)), model(error=S))

    assert found == pytest.approx((math.log(300 / 246) / 2, S / math.sqrt(2)))


def test_a_quantity_of_which_only_a_part_moves() -> None:
    """200 of concrete is 7.4 + 196.8 κ: κ = 192.6 / 196.8, off by 10 % of 200 on 192.6, that is 10.38 %.

    Were the fixed part scaled too, κ would be 200 / 204.2.
    """
    expected = pooled(0, S, (math.log(192.6 / 196.8), E * 200 / 192.6))

    assert posterior(observed(seen(200, "concrete"))) == pytest.approx(expected)


def test_several_observations_are_weighted_by_their_precisions() -> None:
    """300 of aggregate and 60 of masonry (-7.4 + 49.2 κ, so 67.4 / 49.2, off by 10 % of 60 on 67.4) together."""
    expected = pooled(0, S, (math.log(300 / 246), E), (math.log(67.4 / 49.2), E * 60 / 67.4))

    assert posterior(observed(seen(300), seen(60, "masonry"))) == pytest.approx(expected)


def test_an_exact_observation_is_met() -> None:
    """Off by one in a million, the model says what was seen: 300, so κ = 300 / 246."""
    exact = model(error=1e-6)
    point = sampling.central(exact, observed(seen(300)))

    assert point.parameters["kappa"][0, 0] == pytest.approx(300 / 246)
    assert totals(exact, point=point)["aggregate"][0] == pytest.approx(300)


def test_an_observation_below_what_does_not_move_says_next_to_nothing() -> None:
    """7 of concrete, of which 7.4 do not follow κ: a thousandth of it counts, off by a hundred times itself.

    ln(0.007 / 196.8) = -10.2 moves the mean by 10.2 s² / 100² = 0.0002 only.
    """
    expected = pooled(0, S, (math.log(0.007 / 196.8), 100))

    assert posterior(observed(seen(7, "concrete"))) == pytest.approx(expected)
    assert abs(expected[0]) < 2e-4


def test_a_later_year_is_only_a_test() -> None:
    """400 of aggregate in 2022 against 346: the prior stays, the test shows both; the base year's comes first."""
    later = observed(seen(400, year=2022))
    both = observed(seen(400, year=2022), seen(300))
    given = model(error=1e-6)

    assert posterior(later) == pytest.approx((0, S))
    assert later.status == "uncalibrated"
    assert [(o.year, o.amount, m) for o, m in later.back_test(model(), middle(model()))] == [
        (2022, 400, pytest.approx(346))]
    assert [(o.year, m) for o, m in both.back_test(given, sampling.central(given, both))] == [
        (2020, pytest.approx(300)), (2022, pytest.approx(346 * 300 / 246))]
    assert NOTHING.back_test(model(), middle(model())) == []


def test_the_whole_path_moves() -> None:
    """κ stays what the base year makes it: 246, 268 and 346 all × κ. A factor that fades would leave 346 nearer."""
    known = observed(seen(300))
    point = sampling.central(model(), known)
    kappa = math.exp(posterior(known)[0])

    assert totals(model(), point=point)["aggregate"] == pytest.approx(np.array([246, 268, 346]) * kappa)


def test_a_factor_that_is_certain_stays() -> None:
    """κ known to be 1.2: no observation moves it."""
    assert posterior(observed(seen(300)), tiny_demand(kappa=1.2)) == pytest.approx((math.log(1.2), 0))


@pytest.mark.parametrize("at", [0.3, 1, 2])
def test_the_kappa_of_the_point_is_not_looked_at(at: float) -> None:
    point = middle(model()).but("kappa", np.array([[at]]))

    assert observed(seen(300)).of(model(), point)[0] == pytest.approx([posterior(observed(seen(300)))[0]])


def test_the_line_of_a_quantity() -> None:
    """2020: aggregate 0 + 246 κ, masonry -7.4 + 49.2 κ, lime stone 50 + 0 κ; 2022: aggregate 346 κ."""
    fixed, slope = line(model(), middle(model()), 2020)

    for name, a, b in (("aggregate", 0, 246), ("masonry", -7.4, 49.2), ("concrete", 7.4, 196.8), ("lime_stone", 50, 0)):
        assert (fixed[name][0], slope[name][0]) == pytest.approx((a, b), abs=1e-9)
    assert line(model(), middle(model()), 2022)[1]["aggregate"] == pytest.approx([346])


def test_every_draw_agrees_with_the_base_year() -> None:
    """Stone per m² may be half or double; κ of each draw makes up for it, so that all say 300 in 2020.

    With one κ for all draws they would spread over more than a factor of two.
    """
    given = tiny_demand(parameter("kappa", 1, 0.2, 5), parameter("stone_per_m2", 1, 0.5, 2), observation_error=1e-6)
    (point,) = sampling.draws(given, observed(seen(300)), 64, 0)
    aggregate = given.evaluate(point)["aggregate"].sum(axis=-1)

    assert aggregate[:, 0] == pytest.approx([300] * 64, rel=1e-4)
    assert np.ptp(given.evaluate(point)["modelled"].sum(axis=-1)[:, 0]) > 200


def test_draws_spread_as_the_posterior_says() -> None:
    """Nothing else uncertain: the 10 and 90 % quantile of ln κ lie 1.2816 deviations from its mean."""
    known = observed(seen(300))
    mean, deviation = posterior(known)
    kappa = np.concatenate([p.parameters["kappa"][:, 0] for p in sampling.draws(model(), known, 4096, 0)])

    assert np.log(quantiles(kappa)) == pytest.approx([mean - 1.28155 * deviation, mean, mean + 1.28155 * deviation],
                                                     abs=0.02 * deviation)


# --- the shipped baseline, with an observation made up -------------------------------------------------------------


def baseline(folder: Path, *rows: str) -> Case:
    """Return the shipped baseline with observations of its own."""
    observed = folder / "observed_use.csv"
    observed.write_text("\n".join(["year,use,quantity,unit,basis,source", *rows, ""]), "utf-8")
    return load(ROOT / "scenarios" / "baseline.yaml", {"demand.observed": observed.as_posix()} if rows else {})


def outlook_of(folder: Path, *rows: str) -> Outlook:
    found = baseline(folder, *rows).outlook
    assert found is not None
    return found


def aggregate(outlook: Outlook) -> Sequence[float]:
    point = sampling.central(outlook.model, outlook.calibration)
    return list(outlook.model.evaluate(point)["aggregate"][0].sum(axis=-1))


def test_an_observation_of_the_shipped_baseline(tmp_path: Path) -> None:
    """1,300 of aggregate observed in 2020: κ and every year's aggregate by the closed form; 13 Mt is the same.

    The band of the base year becomes narrower, and the model says that it is calibrated.
    """
    plain = outlook_of(tmp_path)
    known = outlook_of(tmp_path, "2020,aggregate,1300,10kt,measured,made up")
    prior = plain.model.parameters["kappa"]
    s = math.log(prior.high[0] / prior.low[0]) / (2 * Z95)
    e = plain.model.parameters["observation_error"].central[0]
    before = aggregate(plain)
    kappa = (1300 / before[0]) ** (s**2 / (s**2 + e**2))

    assert kappa == pytest.approx(sampling.central(known.model, known.calibration).parameters["kappa"][0, 0])
    assert aggregate(known) == pytest.approx([kappa * amount for amount in before])
    assert (plain.calibration.status, known.calibration.status) == ("uncalibrated", "calibrated")
    in_mt = outlook_of(tmp_path, "2020,aggregate,13,Mt,measured,made up")
    assert aggregate(in_mt) == pytest.approx(aggregate(known))
    wide, narrow = (quantiles(draw(o.model, o.calibration, 256, 0, ("aggregate",)).totals["bottom_up", "aggregate"])
                    for o in (plain, known))
    assert narrow[2, 0] - narrow[0, 0] < 0.5 * (wide[2, 0] - wide[0, 0])
