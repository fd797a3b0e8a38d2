"""The solver in a process of its own: the same answer, and when that process dies the best plan is kept."""

from __future__ import annotations

import _thread
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from test_stopping import district

from conftest import ROOT
from mineralplan.planning import NoPlan, Plan, solve
from mineralplan.solving import apart
from mineralplan.solving.highs import Progress, SolverFailure
from tiny import ALL_MET, block, case, drawn

PATCHED = """
    import os, sys, time
    from mineralplan.solving import child, highs, search
    {body}
    child.main()
"""


def _child(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Start children in which something of the solver was replaced."""
    script = textwrap.dedent(PATCHED).format(body=textwrap.dedent(body).strip())
    monkeypatch.setattr(apart, "CHILD", (sys.executable, "-c", script))


AT_THE_SECOND_PLAN = """
real, plans = child._Teller.progress, []

def progress(self, aim, progress):
    real(self, aim, progress)
    plans.extend([1] if progress.x is not None else [])
    if len(plans) > 1:
        {fate}

child._Teller.progress = progress
"""


def _sound(plan: Plan, stopped: str) -> None:
    certificate = plan.certificate
    assert (certificate.status, certificate.stopped) == ("feasible", stopped)
    assert 0 < certificate.bound < certificate.objective
    assert all(finding.holds for finding in plan.findings)
    assert float(plan.costs["discounted_10kcny"].sum()) == pytest.approx(certificate.objective, rel=1e-9)


@pytest.mark.parametrize("seed", [3, 4])
def test_the_same_plan_as_in_one_process(seed: int) -> None:
    """Mines, shipments, bound and stages: equal to the last digit."""
    here, there = (solve(drawn(seed), gap=0.0, apart=way) for way in (False, True))

    assert there.allocation.mines.equals(here.allocation.mines)
    assert there.allocation.flows.equals(here.allocation.flows)
    assert there.certificate.stages == here.certificate.stages


@pytest.mark.parametrize("fate", ["os.abort()", "os.kill(os.getpid(), 9)", "os._exit(7)"])
def test_a_crash_keeps_the_best_plan(monkeypatch: pytest.MonkeyPatch, fate: str) -> None:
    """The process dies after its second plan, by a crash of the solver, by the system, by an exit: its plan stands.

    Its bound is one that was proven before: the plan is feasible, not optimal, and says that it was a crash.
    """
    _child(monkeypatch, AT_THE_SECOND_PLAN.format(fate=fate))

    _sound(solve(district(), gap=0.0, time_limit_s=60, apart=True), "crash")


def test_a_crash_before_any_plan_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was found, so nothing is offered: one sentence with the signal."""
    _child(monkeypatch, "import highspy\nhighspy.Highs.passModel = lambda *_: os.abort()")

    with pytest.raises(SolverFailure, match="signal 6"):
        solve(case([block("A")], 5), apart=True)


def test_a_second_crash_over_the_best_plan_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    _child(monkeypatch, AT_THE_SECOND_PLAN.format(fate="os.abort()") + "\nchild.finish = lambda *_: os.abort()")

    with pytest.raises(SolverFailure, match="again"):
        solve(district(), gap=0.0, time_limit_s=60, apart=True)


def test_a_failure_inside_is_a_failure_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence of the solver's side arrives as it was said."""
    _child(monkeypatch, """
    def failing(*_, **__):
        raise highs.SolverFailure("HiGHS ended with status Solve error")
    search.solve = search.first_plan = failing
    """)

    with pytest.raises(SolverFailure, match="Solve error"):
        solve(case([block("A")], 5), apart=True)


def test_no_plan_is_an_answer_here_too() -> None:
    """10 are to be met and 5 can be mined."""
    with pytest.raises(NoPlan) as caught:
        solve(case([block("A", 5)], 10, rules={"supply_guarantee": ALL_MET}), apart=True)

    assert caught.value.status == "infeasible"


SLOW_AFTER_A_PLAN = """
real = child._Teller.progress

def progress(self, aim, progress):
    real(self, aim, progress)
    if progress.x is not None:
        time.sleep(2)

child._Teller.progress = progress
"""


def test_ctrl_c_ends_the_search_with_its_best_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interrupt reaches the parent, which asks the child to end; the plan found by then is whole.

    The child rests after its plan: left to itself it would at times prove it before the interrupt comes.
    """
    _child(monkeypatch, SLOW_AFTER_A_PLAN)
    sent: list[int] = []

    def watch(_: str, progress: Progress) -> None:
        if np.isfinite(progress.incumbent) and not sent:
            sent.append(1)
            _thread.interrupt_main()

    _sound(solve(district(), gap=0.0, time_limit_s=60, watch=watch, apart=True), "interrupt")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer that raises a signal")
def test_ctrl_c_before_any_plan_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child is still at its first relaxation: there is nothing to keep."""
    _child(monkeypatch, """
    search.first_plan = search.solve = lambda *_, **__: time.sleep(60)
    """)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 2.0)
    try:
        with pytest.raises(KeyboardInterrupt):
            solve(case([block("A")], 5), apart=True)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_watcher_that_fails_is_heard_and_leaves_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = apart._start
    monkeypatch.setattr(apart, "_start", lambda: started.append(real()) or started[-1])

    def watch(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        solve(district(), gap=0.0, time_limit_s=60, watch=watch, apart=True)
    assert [child.poll() is not None for child in started] == [True]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_a_parent_that_is_killed_takes_the_child_along() -> None:
    """After kill −9 of the program the solver's process sees its pipe closed and ends; it computes on for nobody."""
    script = textwrap.dedent("""
        import sys
        sys.path.insert(0, sys.argv[1])
        from mineralplan.solving import apart
        from mineralplan.planning import solve
        from test_stopping import district
        real = apart._start
        def started():
            child = real()
            print(child.pid, flush=True)
            return child
        apart._start = started
        solve(district(), gap=0.0, time_limit_s=120, apart=True)
    """)
    path = os.pathsep.join(map(str, (ROOT / "tests", ROOT / "tests" / "solving")))
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(ROOT / "tests" / "solving")], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{child}/cmdline").exists() and Path(f"/proc/{child}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the child outlived its parent"
        time.sleep(0.1)
