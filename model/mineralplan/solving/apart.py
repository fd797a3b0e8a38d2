"""The search in a process of its own: if the solver crashes, the best plan it had found is kept."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mineralplan.solving.highs import Progress, Settings, SolverFailure
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, Found, Stage, Watch
from mineralplan.solving.start import NOTHING, Known

CHILD = (sys.executable, "-m", "mineralplan.solving.child")
"""Started by its name and not forked: a fork of a program with threads, such as a notebook's, may hang."""
INTERRUPT, CRASH = "interrupt", "crash"


class _Died(Exception):  # noqa: N818 - it did
    """The child ended without an answer; ``why`` is ``interrupt`` or ``crash``."""

    def __init__(self, why: str, what: str) -> None:
        super().__init__(what)
        self.why = why


class _Best:
    """The best point that came out of the child so far, and how far the search was."""

    def __init__(self) -> None:
        self.x: Vector | None = None
        self.stages: list[Stage] = []
        self.bound = -float("inf")

    def settle(self, stage: Stage) -> None:
        self.stages.append(stage)
        self.bound = -float("inf")

    def note(self, progress: Progress) -> None:
        self.bound = max(self.bound, progress.bound)
        self.x = self.x if progress.x is None else progress.x


def search_apart(
    program: Program, aims: Sequence[Aim], tie: Aim, settings: Settings, watch: Watch | None = None,
    known: Known = NOTHING,
) -> Found:
    """Search as `mineralplan.solving.search.search` does, in another process.

    Where that process dies (a crash of the solver, memory that ran out, a kill) after a plan was found, the plan is
    completed in a new process and returned as ``feasible``, stopped by ``crash``, with the bound that stood. Ctrl-C
    asks the search to end with what it has; a second one ends it at once.

    Raises
    ------
    SolverFailure
        When it died before there was a plan, or died again over the best one.
    KeyboardInterrupt
        When Ctrl-C came before there was a plan.
    """
    best = _Best()

    def hear(kind: str, *content: Any) -> None:
        if kind == "stage":
            best.settle(*content)
            return
        aim, progress = content
        best.note(progress)
        if watch:
            watch(aim, replace(progress, x=None))

    try:
        return _answer(("search", program, aims, tie, settings, known), hear)
    except (_Died, SolverFailure) as death:
        why = death.why if isinstance(death, _Died) else CRASH
        if best.x is None or len(best.stages) == len(aims):
            if why == INTERRUPT:
                raise KeyboardInterrupt from None
            raise SolverFailure(str(death)) from None
        calm = replace(settings, time_limit_s=None)
        try:
            found = _answer(("finish", program, aims, tie, calm, best.x, best.stages, best.bound), hear)
        except _Died as again:
            raise SolverFailure(f"{death}; and over its best plan again: {again}") from None
        return replace(found, stopped=why)


def _answer(task: tuple[Any, ...], hear: Callable[..., None]) -> Found:
    """Give a task to a new child, pass on what it says, and return its answer."""
    child = _start()
    said: queue.Queue[tuple[Any, ...] | None] = queue.Queue()
    assert child.stdin is not None and child.stdout is not None
    # The pipe is read by a thread of its own: Ctrl-C must not tear a message in two.
    threading.Thread(target=_listen, args=(child.stdout, said), daemon=True).start()
    asked_to_end = False
    try:
        _tell(child, task)
        while True:
            try:
                message = said.get(timeout=0.2)
                if message is None:
                    raise _Died(INTERRUPT if asked_to_end else CRASH, _ending(child))
                if message[0] == "found":
                    found: Found = message[1]
                    return found
                if message[0] == "failed":
                    raise message[1]
                hear(*message)
            except queue.Empty:
                continue
            except KeyboardInterrupt:
                if asked_to_end:
                    raise
                asked_to_end = True
                _tell(child, INTERRUPT)
    finally:
        child.kill()
        child.wait()
        child.stdin.close()


def _start() -> subprocess.Popen[bytes]:
    # Out of the terminal's group: Ctrl-C is for the parent, which passes it on.
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}, **apart
    )


def _listen(stream: Any, said: queue.Queue[tuple[Any, ...] | None]) -> None:
    with stream:
        while True:
            try:
                said.put(pickle.load(stream))
            except (EOFError, pickle.UnpicklingError, OSError):
                said.put(None)
                return


def _tell(child: subprocess.Popen[bytes], message: object) -> None:
    assert child.stdin is not None
    try:
        pickle.dump(message, child.stdin)
        child.stdin.flush()
    except OSError:  # it has died: what it said before is still to be heard
        pass


def _ending(child: subprocess.Popen[bytes]) -> str:
    code = child.wait()
    return f"the solver's process ended with {f'signal {-code}' if code < 0 else code}"
