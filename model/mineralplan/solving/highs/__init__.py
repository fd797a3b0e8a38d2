"""The only room that talks to HiGHS."""

from mineralplan.solving.highs.diving import DivingLP
from mineralplan.solving.highs.growing import GrowingLP
from mineralplan.solving.highs.live import LiveLP
from mineralplan.solving.highs.outcome import Basis, Outcome, Progress, Settings, SolverFailure, Status, relative_gap
from mineralplan.solving.highs.run import polish, solve

__all__ = [
    "Basis", "DivingLP", "GrowingLP", "LiveLP", "Outcome", "Progress", "Settings", "SolverFailure", "Status", "polish",
    "relative_gap", "solve",
]
