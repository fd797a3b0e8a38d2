"""Runs trials, some at a time, each in a process of its own; what is finished is kept whatever happens then."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from typing import Any

from trials.trial import ROOT, Store, Trial

PATIENCE, BESIDE_S = 15, 600.0
"""A trial may take so many times its limit, for it may search more than once, and so long beside; then it is ended."""


class Runner:
    """Runs trials and keeps their results."""

    def __init__(self, store: Store, say: Callable[[str], None] = print) -> None:
        self.store, self.say = store, say
        self._running = set[subprocess.Popen[str]]()
        self._ending = False

    def run(self, trials: Sequence[Trial], workers: int) -> None:
        """Run the trials that are not done, ``workers`` at a time, and those that want the machine last and alone."""
        left = [trial for trial in trials if not self.store.done(trial)]
        self.say(f"{len(trials)} trials, {len(trials) - len(left)} of them known")
        together = [trial for trial in left if not trial.alone]
        self._some(together, workers)
        self._some([trial for trial in left if trial.alone], 1)

    def _some(self, trials: Sequence[Trial], workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            futures = {pool.submit(self._one, trial): trial for trial in trials}
            try:
                for count, future in enumerate(as_completed(futures), start=1):
                    self.say(f"[{count}/{len(futures)}] {futures[future].name}: {future.result()}")
            except BaseException:
                self._ending = True
                pool.shutdown(wait=False, cancel_futures=True)
                for process in tuple(self._running):
                    _end(process)
                raise

    def _one(self, trial: Trial) -> str:
        process = _start(trial)
        self._running.add(process)
        limit = trial.settings.get("limit")
        try:
            out, err = process.communicate(timeout=None if limit is None else PATIENCE * limit + BESIDE_S)
        except subprocess.TimeoutExpired:
            _end(process)
            out, err = process.communicate()
            err += f"\nended after {PATIENCE} times its limit of {limit:.0f} s and {BESIDE_S:.0f} s"
        self._running.discard(process)
        if self._ending:
            return "ended"
        if process.returncode:
            why = (err.strip().splitlines() or ["no word"])[-1]
            self.store.keep(trial, {"failed": f"{why} (exit code {process.returncode})"})
            return f"FAILED: {why}"
        record: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
        self.store.keep(trial, record)
        return f"{record['cpu']:.1f} CPU s"


def _start(trial: Trial) -> subprocess.Popen[str]:
    folders = [str(ROOT / "benchmarks"), str(ROOT / "model"), os.environ.get("PYTHONPATH", "")]
    task = json.dumps([trial.kind, trial.case, dict(trial.settings)])
    # In a session of its own: Ctrl-C would else end its search early, and that would look like a result.
    return subprocess.Popen(
        [sys.executable, "-m", "trials.process", task], cwd=ROOT, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, folders))},
    )


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
