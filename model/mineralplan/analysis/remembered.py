"""Searches that are kept as soon as they are made, so that work which was cut off goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version

import numpy as np

from mineralplan.simulation.store import MISSING, Store, digest
from mineralplan.solving.apart import INTERRUPT, search_apart
from mineralplan.solving.highs import Progress, Settings
from mineralplan.solving.optimise import LARGE
from mineralplan.solving.program import Program, Vector
from mineralplan.solving.search import Aim, Found, search
from mineralplan.solving.start import NOTHING, Known


class Searches:
    """Searches of programs, each made once.

    Parameters
    ----------
    store : Store, optional
        Where they are kept; without it they are forgotten.
    watch : callable, optional
        Called with the objective's name and each `Progress`.
    """

    def __init__(self, store: Store | None = None, watch: Callable[[str, Progress], None] | None = None) -> None:
        self.store, self.watch = store, watch

    def search(
        self, program: Program, aims: Sequence[Aim], tie: Aim, settings: Settings, given: Vector | None = None
    ) -> Found:
        """Search as `mineralplan.solving.search.search` does, large programs in a process of their own.

        Parameters
        ----------
        given : numpy.ndarray, optional
            The decisions of a neighbour's plan, to begin from.

        Raises
        ------
        KeyboardInterrupt
            When Ctrl-C ended the search: what is only half found is no part of a study.
        """
        key = _key(program, aims, tie, settings, given) if self.store else ""
        kept = self.store.get(key) if self.store else MISSING
        if isinstance(kept, Found):
            return kept
        how = search_apart if program.matrix.nnz >= LARGE else search
        found = how(program, aims, tie, settings, self.watch, NOTHING if given is None else Known(given))
        if found.stopped == INTERRUPT:
            raise KeyboardInterrupt
        if self.store and not found.stopped:
            self.store.put(key, found)
        return found


def _key(program: Program, aims: Sequence[Aim], tie: Aim, settings: Settings, given: Vector | None) -> str:
    """Return a name for everything that the answer depends on."""
    matrix, lines = program.matrix, program.lines
    arrays = [
        matrix.indptr, matrix.indices, matrix.data, program.row_lower, program.row_upper, program.lower, program.upper,
        program.integer, lines.indptr, lines.indices, lines.data, program.line_offset,
        np.zeros(0) if given is None else np.rint(given[program.integer]),
    ]
    content = hashlib.sha256()
    for array in arrays:
        content.update(np.ascontiguousarray(array).tobytes())
    said = [[aim.name, sorted((str(line), weight) for line, weight in aim.weights.items())] for aim in (*aims, tie)]
    return digest(content.hexdigest(), said, asdict(settings), [str(name) for name in program.line_names],
                  version("highspy"), version("mineralplan"))
