"""Many tasks of one study: in this process, on processes of this machine, or on a Dask cluster.

What a task answers depends on the task alone, so that neither the number of workers nor an interruption in between
shows in a result.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, TypeVar

from mineralplan.inputs.extras import optional
from mineralplan.simulation.store import MISSING, Store, digest
from mineralplan.simulation.worker import worked

Context = TypeVar("Context")
Prepare = Callable[[Any], Any]
Work = Callable[[Any, Any], Any]
Watch = Callable[[int, int, int], None]
WORKER = (sys.executable, "-m", "mineralplan.simulation.worker")
"""Started by its name: a fork of a program with threads may hang, and a notebook has no file to start again."""
TRIES = 3
"""A task that has killed so many workers is given up."""


@dataclass(frozen=True)
class Task:
    """One part of a study.

    Attributes
    ----------
    key : str
        Hash of everything that the answer depends on (`mineralplan.simulation.store.digest`).
    payload : Any
        What ``work`` is told; can be pickled.
    """

    key: str
    payload: Any


@dataclass(frozen=True)
class Failed:
    """The answer of a task that was given up: it killed its worker time and again."""

    reason: str


def run_tasks(
    prepare: Callable[[Any], Context], setup: Any, work: Callable[[Context, Any], Any], tasks: Sequence[Task], *,
    workers: int = 1, cluster: str = "", store: Store | None = None, watch: Watch | None = None,
) -> dict[str, Any]:
    """Return the answer of every task, by its key.

    Parameters
    ----------
    prepare : callable
        From ``setup`` to what every task needs: called once by each worker. A function of a module.
    setup : Any
        Can be pickled: a `mineralplan.Case`, say.
    work : callable
        From what was prepared and a task's payload to its answer, which can be pickled. A function of a module.
    tasks : sequence of Task
    workers : int
        Processes; 1 works in this one.
    cluster : str
        Address of a Dask scheduler, ``tcp://host:8786``; its workers take the place of processes of this machine.
    store : Store, optional
        Holds what is finished: what it has is not done again, what is done goes into it.
    watch : callable, optional
        Called with how many tasks are done, how many there are, and how many of the done were known before.

    Returns
    -------
    dict of str to Any
        In the order of the tasks. `Failed` for a task that killed its worker `TRIES` times; it is not kept, so that a
        second start tries again.

    Raises
    ------
    MissingExtra
        When a cluster is asked for and Dask is not installed.
    OSError
        When the store cannot be written, or no cluster answers. What was kept before stays.
    """
    found: dict[str, Any] = {}
    todo: dict[str, Task] = {}
    for task in tasks:
        known = MISSING if store is None else store.get(task.key)
        if known is MISSING:
            todo[task.key] = task
        else:
            found[task.key] = known
    known_before, total = len(found), len(found) + len(todo)
    if watch:
        watch(known_before, total, known_before)
    for key, answer in _answers((prepare, setup, work), list(todo.values()), workers, cluster):
        if store is not None and not isinstance(answer, Failed):
            store.put(key, answer)
        found[key] = answer
        if watch:
            watch(len(found), total, known_before)
    return {key: found[key] for key in dict.fromkeys(task.key for task in tasks)}


def _answers(
    study: tuple[Prepare, Any, Work], tasks: Sequence[Task], workers: int, cluster: str
) -> Iterator[tuple[str, Any]]:
    if cluster and tasks:
        return _on_cluster(study, tasks, cluster)
    if workers > 1 and len(tasks) > 1:
        return _on_processes(study, tasks, min(workers, len(tasks)))
    return _here(study, tasks)


def _here(study: tuple[Prepare, Any, Work], tasks: Sequence[Task]) -> Iterator[tuple[str, Any]]:
    prepare, setup, work = study
    with _interrupt_noticed():
        context = prepare(setup) if tasks else None
    for task in tasks:
        with _interrupt_noticed():
            answer = work(context, task.payload)
        yield task.key, answer


@contextmanager
def _interrupt_noticed() -> Iterator[None]:
    """Let Ctrl-C end the work also where a solver takes it for the end of its search and goes on with what it has.

    Half a search is no answer to keep: another start would give another one.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _on_processes(study: tuple[Prepare, Any, Work], tasks: Sequence[Task], count: int) -> Iterator[tuple[str, Any]]:
    """Yield answers as they come; a worker that dies is replaced and its task given to the next one."""
    said: queue.Queue[tuple[_Worker, Any]] = queue.Queue()
    waiting, deaths = list(reversed(tasks)), dict.fromkeys((task.key for task in tasks), 0)
    crew = [_Worker(study, said) for _ in range(count)]
    try:
        for worker in crew:
            worker.take(waiting.pop())
        while any(worker.task for worker in crew):
            worker, message = said.get()
            task, worker.task = worker.task, None
            assert task is not None
            if message is None:
                deaths[task.key] += 1
                crew[crew.index(worker)] = successor = _Worker(study, said)
                if deaths[task.key] < TRIES:
                    waiting.append(task)
                else:
                    yield task.key, Failed(worker.ending())
                worker.end()
                worker = successor
            elif message[0]:
                yield task.key, message[1]
            else:
                raise message[1]
            if waiting:
                worker.take(waiting.pop())
    finally:
        for worker in crew:
            worker.end()


@dataclass(eq=False)
class _Worker:
    """A process that works for one study, and the task it is at."""

    study: tuple[Prepare, Any, Work]
    said: queue.Queue[tuple[_Worker, Any]]
    task: Task | None = None
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        # Out of the terminal's group: Ctrl-C is for the parent, which ends its workers.
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self.process = subprocess.Popen(WORKER, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={**os.environ, "PYTHONPATH": path}, **apart)
        threading.Thread(target=self._listen, daemon=True).start()
        self._tell(self.study)

    def take(self, task: Task) -> None:
        """Give the worker a task; its answer, or None where it died, comes into ``said``."""
        self.task = task
        self._tell(task.payload)

    def ending(self) -> str:
        """Return how the process ended."""
        code = self.process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def end(self) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        self.process.wait()
        with suppress(OSError):
            self.process.stdin.close()  # type: ignore[union-attr]

    def _tell(self, message: object) -> None:
        with suppress(OSError):  # it has died: the listener says so
            pickle.dump(message, self.process.stdin)  # type: ignore[arg-type]
            self.process.stdin.flush()  # type: ignore[union-attr]

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            while True:
                try:
                    message = pickle.load(stream)
                except (EOFError, pickle.UnpicklingError, OSError):
                    self.said.put((self, None))
                    return
                self.said.put((self, message))


def _on_cluster(study: tuple[Prepare, Any, Work], tasks: Sequence[Task], address: str) -> Iterator[tuple[str, Any]]:
    """Yield answers as the workers of a Dask cluster give them; Dask repeats the task of a worker that is lost."""
    prepare, setup, work = study
    dask = optional("distributed", "cluster")
    with dask.Client(address, set_as_default=False) as client:
        # Computed from its argument on the cluster: a copy that is lost with a worker is made again.
        name = f"setup-{digest(os.urandom(16).hex())}"
        known = client.submit(_same, setup, key=name)
        futures = {
            client.submit(worked, prepare, known, work, task.payload, name, pure=False): task.key for task in tasks
        }
        try:
            for future in dask.as_completed(list(futures), loop=client.loop):
                try:
                    answer = future.result()
                except dask.KilledWorker as death:
                    answer = Failed(str(death))
                yield futures[future], answer
        finally:
            client.cancel(list(futures))


def _same(value: Any) -> Any:
    return value
