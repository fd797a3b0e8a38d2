"""The process of one trial: measures, and prints a record as JSON in its last line."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from measure import cpu_seconds, peak_mb

from trials.trial import KINDS


def machine() -> dict[str, Any]:
    """Return what was measured on: processor, cores, memory, versions."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0.0
    return {
        "processor": names[0] if names else platform.processor(), "cores": os.cpu_count(), "memory_gb": round(memory),
        "system": f"{platform.system()} {platform.machine()}", "Python": platform.python_version(),
        "HiGHS": version("highspy"), "Pyomo": version("pyomo"),
    }


def main() -> None:
    """Measure the trial that the argument names."""
    kind, case, settings = json.loads(sys.argv[1])
    module, _, function = KINDS[kind].partition(":")
    measure = getattr(importlib.import_module(module), function)
    began, spent = time.perf_counter(), cpu_seconds()
    try:
        result = measure(case, **settings)
    except ModuleNotFoundError as error:
        result = {"missing": str(error.name)}
    print(json.dumps({
        "result": result, "wall": time.perf_counter() - began, "cpu": cpu_seconds() - spent, "peak_mb": peak_mb(),
        "machine": machine(),
    }))


if __name__ == "__main__":
    main()
