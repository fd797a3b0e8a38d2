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
Study = tuple[Prepare, Any, Work]
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
    home : int, optional
        Tasks of one home go to the same worker, round after round, as long as it lives: what it keeps for them it has
        at hand. Only the time depends on it.
    """

    key: str
    payload: Any
    home: int | None = None


@dataclass(frozen=True)
class Failed:
    """The answer of a task that was given up: it killed its worker time and again."""

    reason: str


def run_tasks(
    prepare: Callable[[Any], Context], setup: Any, work: Callable[[Context, Any], Any], tasks: Sequence[Task], *,
    workers: int = 1, cluster: str = "", store: Store | None = None, watch: Watch | None = None,
) -> dict[str, Any]:
    """Return the answer of every task, by its key: one round of a `Crew`, with its parameters and errors."""
    with Crew(prepare, setup, work, workers=workers, cluster=cluster) as crew:
        return crew.run(tasks, store=store, watch=watch)


class Crew:
    """Workers of one study that stay over many rounds of tasks, and keep what they prepared.

    Parameters
    ----------
    prepare : callable
        From ``setup`` to what every task needs: called once by each worker. A function of a module.
    setup : Any
        Can be pickled: a `mineralplan.Case`, say.
    work : callable
        From what was prepared and a task's payload to its answer, which can be pickled. A function of a module.
    workers : int
        Processes; 1 works in this one.
    cluster : str
        Address of a Dask scheduler, ``tcp://host:8786``; its workers take the place of processes of this machine.

    Notes
    -----
    Nobody is started before there is something to do. A worker that dies is replaced and its task repeated.
    """

    def __init__(
        self, prepare: Callable[[Any], Context], setup: Any, work: Callable[[Context, Any], Any], *, workers: int = 1,
        cluster: str = "",
    ) -> None:
        self._study: Study = (prepare, setup, work)
        self._workers, self._cluster = workers, cluster
        self._here: _Here | None = None
        self._processes: _Processes | None = None
        self._on_cluster: _Cluster | None = None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Send everybody home."""
        for part in (self._processes, self._on_cluster):
            if part:
                part.end()
        self._here = self._processes = self._on_cluster = None

    def run(
        self, tasks: Sequence[Task], *, store: Store | None = None, watch: Watch | None = None
    ) -> dict[str, Any]:
        """Return the answer of every task, by its key.

        Parameters
        ----------
        tasks : sequence of Task
        store : Store, optional
            Holds what is finished: what it has is not done again, what is done goes into it.
        watch : callable, optional
            Called with how many tasks are done, how many there are, and how many of the done were known before.

        Returns
        -------
        dict of str to Any
            In the order of the tasks. `Failed` for a task that killed its worker `TRIES` times; it is not kept, so
            that a second start tries again.

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
        for key, answer in self._answers(list(todo.values())):
            if store is not None and not isinstance(answer, Failed):
                store.put(key, answer)
            found[key] = answer
            if watch:
                watch(len(found), total, known_before)
        return {key: found[key] for key in dict.fromkeys(task.key for task in tasks)}

    def _answers(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Any]]:
        if not tasks:
            return iter(())
        if self._cluster:
            self._on_cluster = self._on_cluster or _Cluster(self._study, self._cluster)
            return self._on_cluster.answers(tasks)
        if self._processes or (self._workers > 1 and len(tasks) > 1):
            self._processes = self._processes or _Processes(self._study)
            return self._processes.answers(tasks, min(self._workers, len(tasks)))
        self._here = self._here or _Here(self._study)
        return self._here.answers(tasks)


class _Here:
    """Works in this process."""

    def __init__(self, study: Study) -> None:
        prepare, setup, self._work = study
        with _interrupt_noticed():
            self._context = prepare(setup)

    def answers(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Any]]:
        for task in tasks:
            with _interrupt_noticed():
                answer = self._work(self._context, task.payload)
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


class _Processes:
    """Works on processes of this machine."""

    def __init__(self, study: Study) -> None:
        self._study, self._crew = study, list[_Worker]()
        self._said: queue.Queue[tuple[_Worker, Any]] = queue.Queue()

    def answers(self, tasks: Sequence[Task], count: int) -> Iterator[tuple[str, Any]]:
        """Yield answers as they come; a worker that dies is replaced and its task given to the next one."""
        try:
            yield from self._round(tasks, count)
        except BaseException:  # whatever ended the round, some are still at it: their answers belong to nothing
            self.end()
            raise

    def _round(self, tasks: Sequence[Task], count: int) -> Iterator[tuple[str, Any]]:
        crew = self._crew
        crew += [_Worker(self._study, self._said) for _ in range(count - len(crew))]
        waiting, deaths = _Waiting(tasks, len(crew)), dict.fromkeys((task.key for task in tasks), 0)
        for seat, worker in enumerate(crew):
            waiting.give(worker, seat)
        while any(worker.task for worker in crew):
            worker, message = self._said.get()
            if worker not in crew:  # the last word of one that was replaced
                continue
            seat, task, worker.task = crew.index(worker), worker.task, None
            if message is None:
                crew[seat] = _Worker(self._study, self._said)
                worker.end()
                if task is not None:
                    deaths[task.key] += 1
                    if deaths[task.key] < TRIES:
                        waiting.back(task)
                    else:
                        yield task.key, Failed(worker.ending())
            elif message[0]:
                assert task is not None
                yield task.key, message[1]
            else:
                raise message[1]
            for place, idle in enumerate(crew):
                if idle.task is None:
                    waiting.give(idle, place)

    def end(self) -> None:
        for worker in self._crew:
            worker.end()
        self._crew = []


class _Waiting:
    """The tasks that nobody is at, by the seat of the worker that they belong to."""

    def __init__(self, tasks: Sequence[Task], seats: int) -> None:
        self._seats = seats
        self._of: dict[int | None, list[Task]] = {}
        for task in reversed(tasks):
            self.back(task)

    def back(self, task: Task) -> None:
        """Put a task where it is taken next."""
        self._of.setdefault(None if task.home is None else task.home % self._seats, []).append(task)

    def give(self, worker: _Worker, seat: int) -> None:
        """Give a worker what belongs to its seat, else what belongs to none."""
        for queue_of in (self._of.get(seat), self._of.get(None)):
            if queue_of:
                worker.take(queue_of.pop())
                return


@dataclass(eq=False)
class _Worker:
    """A process that works for one study, and the task it is at."""

    study: Study
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


class _Cluster:
    """Works on a Dask cluster, which repeats the task of a worker that is lost."""

    def __init__(self, study: Study, address: str) -> None:
        self._prepare, setup, self._work = study
        self._dask = optional("distributed", "cluster")
        self._client = self._dask.Client(address, set_as_default=False)
        # Computed from its argument on the cluster: a copy that is lost with a worker is made again.
        self._name = f"setup-{digest(os.urandom(16).hex())}"
        self._setup = self._client.submit(_same, setup, key=self._name)

    def answers(self, tasks: Sequence[Task]) -> Iterator[tuple[str, Any]]:
        """Yield answers as they come."""
        client, dask = self._client, self._dask
        seats = sorted(client.nthreads())
        futures = {}
        for task in tasks:
            at_home = {} if task.home is None or not seats else {
                "workers": [seats[task.home % len(seats)]], "allow_other_workers": True,
            }
            future = client.submit(worked, self._prepare, self._setup, self._work, task.payload, self._name,
                                   pure=False, **at_home)
            futures[future] = task.key
        try:
            for future in dask.as_completed(list(futures), loop=client.loop):
                try:
                    answer = future.result()
                except dask.KilledWorker as death:
                    answer = Failed(str(death))
                yield futures[future], answer
        finally:
            client.cancel(list(futures))

    def end(self) -> None:
        self._client.close()


def _same(value: Any) -> Any:
    return value
