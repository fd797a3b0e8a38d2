"""Tasks on processes: the same answers whatever dies on the way, and nothing finished is done twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from mineralplan.simulation.store import MISSING, Store, digest
from mineralplan.simulation.workers import Crew, Failed, Task, run_tasks

HERE = Path(__file__).parent
TASKS = [Task(digest("square", n), n) for n in range(7)]
SQUARES = {task.key: task.payload**2 for task in TASKS}


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def tries() -> Any:
    import tries

    return tries


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_same_answers_in_the_same_order(workers: int) -> None:
    found = run_tasks(tries().prepare, None, tries().square, TASKS, workers=workers)

    assert list(found.items()) == list(SQUARES.items())


def test_a_worker_that_dies_is_replaced_and_its_task_repeated(tmp_path: Path) -> None:
    found = run_tasks(tries().prepare, tmp_path, tries().dies_once, TASKS, workers=2)

    assert (tmp_path / "died").exists()
    assert found == SQUARES


def test_a_task_that_always_kills_is_given_up_and_no_other(tmp_path: Path) -> None:
    """Given up, it is not kept: a second start tries it again."""
    store = Store(tmp_path / "parts")

    found = run_tasks(tries().prepare, None, tries().always_dies, TASKS, workers=2, store=store)

    assert found.pop(TASKS[3].key) == Failed("signal 9")
    assert found == {key: value for key, value in SQUARES.items() if key != TASKS[3].key}
    assert store.get(TASKS[3].key) is MISSING
    assert store.get(TASKS[4].key) == 16


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_work_is_raised_as_it_is(workers: int) -> None:
    with pytest.raises(ZeroDivisionError, match="three"):
        run_tasks(tries().prepare, None, tries().raises, TASKS, workers=workers)


def test_what_is_finished_is_not_done_again(tmp_path: Path) -> None:
    """The first start ends at payload 3; the second does what is missing, and counts what was known."""
    store, told = Store(tmp_path / "parts"), list[tuple[int, int, int]]()
    with pytest.raises(ZeroDivisionError):
        run_tasks(tries().prepare, None, tries().raises, TASKS, store=store)

    found = run_tasks(tries().prepare, None, tries().square, TASKS, store=store,
                      watch=lambda *counts: told.append(counts))

    # 0, 1 and 2 are what `raises` had said of them, not squares.
    assert list(found.values()) == [0, 1, 2, 9, 16, 25, 36]
    assert told[0] == (3, 7, 3)
    assert told[-1] == (7, 7, 3)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crew_keeps_what_it_prepared_over_rounds_and_every_task_its_worker(workers: int) -> None:
    """Four tasks in each of three rounds, by two homes: a worker sees its own two of a round, and counts on."""
    tasks = [Task(digest(n), n, home=n % 2) for n in range(4)]
    with Crew(tries().counted, None, tries().used, workers=workers) as crew:
        rounds = [list(crew.run(tasks).values()) for _ in range(3)]

    for answers in rounds:
        assert [pid for pid, _ in answers] == [pid for pid, _ in rounds[0]]
    assert len({pid for pid, _ in rounds[0]}) == workers
    assert max(count for _, count in rounds[2]) == 12 // workers


def test_a_crew_replaces_who_dies_and_repeats_what_it_was_at(tmp_path: Path) -> None:
    """The worker of odd numbers dies in the first round; its successor does all odd ones of that round and the next."""
    tasks = [Task(digest(n), n, home=n % 2) for n in (1, 2, 3, 4)]
    with Crew(tries().counted, tmp_path, tries().used, workers=2) as crew:
        first, second = (list(crew.run(tasks).values()) for _ in range(2))

    assert (tmp_path / "died").exists()
    assert first[0][0] != first[2][0] == second[0][0] == second[2][0]
    assert first[1][0] == first[3][0] == second[1][0]


def test_a_worker_that_dies_between_rounds_is_replaced() -> None:
    with Crew(tries().counted, None, tries().used, workers=2) as crew:
        first = crew.run(TASKS)
        for pid in {pid for pid, _ in first.values()}:
            os.kill(pid, signal.SIGKILL)
        second = crew.run(TASKS)

    assert list(second) == [task.key for task in TASKS]
    assert not {pid for pid, _ in first.values()} & {pid for pid, _ in second.values()}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_crew_goes_on_after_an_error(workers: int) -> None:
    """What the others were at when one failed is not taken for an answer of the next round."""
    with Crew(tries().prepare, None, tries().raises, workers=workers) as crew:
        with pytest.raises(ZeroDivisionError):
            crew.run(TASKS)
        found = crew.run([task for task in TASKS if task.payload != 3])

    assert list(found.values()) == [0, 1, 2, 4, 5, 6]


def test_a_torn_file_counts_as_missing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("a", {"x": 1.5})
    file = next(tmp_path.glob("a*"))
    file.write_bytes(file.read_bytes()[:-1])

    assert store.get("a") is MISSING


def test_none_is_an_answer(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("a", None)

    assert store.get("a") is None
    assert store.get("b") is MISSING


def test_a_full_disk_leaves_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.put("a", 1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mineralplan.simulation.store.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put("b", 2)
    monkeypatch.undo()

    assert [path.name for path in tmp_path.iterdir()] == ["a.done"]
    assert store.get("a") == 1


def test_the_key_depends_on_everything_and_not_on_the_order_of_names() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert len({digest("x", 1), digest("x", 2), digest("y", 1), digest("x1")}) == 4
