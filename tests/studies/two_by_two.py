"""Two blocks, two years: a case whose optimum, fronts, prices and differences are found by hand.

Both blocks are new and lie where the demand is, so nothing is hauled. All figures: 10⁴ t, CNY/t, 10⁴ CNY.

=======  ========  ==============================  ==============
block    capacity  annuity (1.25 × capital)        operating cost
=======  ========  ==============================  ==============
``A``    10        10 a year, once it was begun    2
``B``    10        20 a year, once it was begun    5
=======  ========  ==============================  ==============

Demand is 12 in 2021 and 20 in 2022, unserved demand costs 12, output is capped at 16 in each year. Discounting at 25 %
weighs 2021 with 0.8 and 2022 with 0.64; with a life of one year the capital recovery factor is 0.25 ÷ (1 − 1/1.25)
= 1.25. A tonne of A is worth 12 − 2 = 10, of B 12 − 5 = 7, so A is worked first wherever both work.

With nothing licensed all is short: 0.8 · 12 · 12 + 0.64 · 12 · 20 = 268.8. What each choice saves of that:

=======================  ===================================  ==========================  =======  ======  ==========
licensed                 2021, × 0.8                          2022, × 0.64                saves    cost    short
=======================  ===================================  ==========================  =======  ======  ==========
nothing                                                                                   0        268.8   12 + 20
A 2021                   10·10 − 10 = 90 → 72                 90 → 57.6                   129.6    139.2   2 + 10
**A 2021, B 2022**       72                                   90 + 6·7 − 20 = 112 → 71.68 143.68   125.12  2 + 4
A 2021, B 2021           90 + 2·7 − 20 = 84 → 67.2            71.68                       138.88   129.92  0 + 4
A 2022                                                        57.6                        57.6     211.2   12 + 10
A 2022, B 2021           10·7 − 20 = 50 → 40                  71.68                       111.68   157.12  2 + 4
A 2022, B 2022                                                71.68                       71.68    197.12  12 + 4
B 2021                   40                                   50 → 32                     72       196.8   2 + 10
B 2022                                                        32                          32       236.8   12 + 10
=======================  ===================================  ==========================  =======  ======  ==========

The optimum is A from 2021 and B from 2022: 125.12.

Fronts: cost and new licences (125.12, 2), (139.2, 1), (268.8, 0); cost and shortage (125.12, 6), (129.92, 4): with the
cap at 16 the least shortage is 0 + 4.

Prices with these mines: in 2022 B is the last to be worked and the cap holds it, so one more is worth 7 in that year,
0.64 · 7 = 4.48 today, from 10 (A alone) to 20 (all demand). In 2021 A is full at 10 and the cap is slack: 0.

Differences, the limit of both years changed and everything decided anew: +10 lets B meet the last 4 of 2022 and no
more, 4 · 4.48 = 17.92, not 44.8; 10 less leaves a cap of 6, where B is given up: A 2021 saves 0.8 (6·10 − 10) + 0.64
(6·10 − 10) = 72, cost 196.8, 71.68 more than before. Kept, B would make it 0.8 · 50 + 0.64 · 30 = 59.2, cost 209.6.
Without the cap: 107.2, as with +10.
"""

from __future__ import annotations

from typing import Any

from mineralplan.case import Case
from mineralplan.economics import Economics
from tiny import block, case, indicator

YEARS = (2021, 2022)
DEMAND = {2021: 12.0, 2022: 20.0}
CAP = 16.0
COST, NOTHING_LICENSED = 125.12, 268.8


def two_by_two(demand: dict[int, float] | None = None, *, cap: float = CAP, **values: Any) -> Case:
    """Return the case; ``demand`` by year and ``cap`` in both years may be others."""
    blocks = [block("A", 10, capital=8, operating_cost=2), block("B", 10, capital=16, operating_cost=5)]
    rules = {"output_cap": {"stone": indicator(cap)}}
    return case(
        blocks, DEMAND if demand is None else demand, years=YEARS, unserved=12.0,
        **{"rules": rules, "economics": Economics(discount_rate=0.25, capital_life=1), "name": "two_by_two", **values},
    )
