"""What a user waits for: ``mineralplan run`` phase by phase, and the help that loads no solver."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cases import case_of
from measure import Afresh, Clock, cpu_seconds

from mineralplan.planning import planned
from mineralplan.solving.highs import Settings
from mineralplan.solving.optimise import optimise

HELP = ("import sys\nfrom mineralplan.cli import main\nsys.argv = ['mineralplan', '--help']\n"
        "try:\n    main()\nfinally:\n    print(sorted({'highspy', 'pyomo'} & set(sys.modules)), file=sys.stderr)")
TIMES = 5


def phases(case: str, limit: float) -> dict[str, Any]:
    """Run a case as the command does and return seconds and peak memory (MB) of every phase."""
    clock = Clock()
    given = case_of(case)
    clock.lap("read")
    settings = Settings(given.options.gap, limit, given.options.threads, given.options.seed)
    fresh: Any = Afresh(clock)
    result = optimise(given, settings, compiled=fresh)
    clock.lap("solve")
    plan = planned(given, result, settings)  # what mineralplan.solve goes on with: tables of costs and the audit
    clock.lap("audit")
    with tempfile.TemporaryDirectory() as folder:
        plan.report(Path(folder) / given.name)
    clock.lap("write")
    return {"phases": clock.seconds, "peaks": clock.peak_mb, "gap": plan.certificate.gap,
            "stopped": plan.certificate.stopped}


def startup(case: str) -> dict[str, Any]:
    """Return the best seconds, of the wall and of the processor, that the help takes, and the solvers it imported."""
    walls, cpus, loaded = [], [], ""
    for _ in range(TIMES):
        began, spent = time.perf_counter(), cpu_seconds()
        loaded = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True).stderr.strip()
        walls.append(time.perf_counter() - began)
        cpus.append(cpu_seconds() - spent)
    return {"help_wall": min(walls), "help_cpu": min(cpus), "imported": loaded}
