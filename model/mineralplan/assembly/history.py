"""One block through the observed years: what each row says, held against the block and the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mineralplan.assembly.context import Context
from mineralplan.case import Block
from mineralplan.inputs.faults import Message, message
from mineralplan.inputs.rows import ActualRow
from mineralplan.inputs.tables import Placed, Table, key_of
from mineralplan.unknowns import Observation

RESTING = frozenset({"closed", "idle"})
STARTING, GROWING, STILL = "opened", "expanded", "suspended"
ROOM = 1e-6
TONNES, KILOTONNES = 10_000.0, 10.0
"""How many of a smaller unit make 10⁴ t."""
FAR_ABOVE = 2.0
"""A figure so many times the licensed capacity is rather one in a smaller unit than a mine that gave too much."""


def licensed(entry: Placed[ActualRow] | None) -> bool:
    """Return whether a row says that a block holds a licence; no row says that it does not."""
    return entry is not None and entry.row.state not in RESTING


@dataclass
class History:
    """A block's rows, gone through year by year; what does not fit is noted as a fault.

    Attributes
    ----------
    rows : mapping of int to Placed
        By year.
    sure : bool
        Whether every row of the block could be read: otherwise years are not compared with one another.
    held : float
        Capacity of the year before, 10⁴ t/a; 0 where it did not work.
    stopped : int or None
        The year in which it was first seen not to work any more.
    """

    ctx: Context
    table: Table[ActualRow]
    block: Block
    rows: Mapping[int, Placed[ActualRow]]
    sure: bool
    held: float = 0.0
    stopped: int | None = None

    def over(self, years: Sequence[int]) -> Iterator[tuple[int, Observation | None]]:
        """Yield what was seen in every year; None where nothing can be made of it."""
        before = self.ctx.years[0] - 1
        self.held = self.block.options[0].capacity if self.block.existing else 0.0
        worked = self.block.existing
        for year in years:
            # Over a gap nothing is known of the year before.
            self.sure &= year == before + 1
            entry = self.rows.get(year)
            if entry is None:
                self._without_row(year)
                works = False
            else:
                works = licensed(entry)
                yield year, self._read(entry, worked)
            if not works:
                self.stopped = self.stopped or (year if worked else None)
                self.held = 0.0
            before, worked = year, worked or works

    def _fault(self, entry: Placed[ActualRow], column: str, expected: Message, found: object) -> None:
        self.ctx.faults.add(self.table.file, entry.line, f"{column} ({key_of(entry.row)})", expected, found)

    def _without_row(self, year: int) -> None:
        """A mine that worked the year before needs a row that says what became of it."""
        if self.held and self.sure:
            line = self.rows[year - 1].line if year - 1 in self.rows else None
            self.ctx.faults.add(self.table.file, line, f"block ({self.block.code} {year})",
                                message("row_of_mine", year=year, before=year - 1), "–")

    def _read(self, entry: Placed[ActualRow], worked: bool) -> Observation | None:
        row = entry.row
        if not licensed(entry):
            return self._resting(entry, worked)
        self._check_when(entry)
        capacity = self._capacity(entry)
        if self.sure and capacity is not None:
            self._check_state(entry, capacity)
        output = self._output(entry, capacity)
        self.held = self.held if capacity is None else capacity
        return None if capacity is None or output is None else Observation(capacity, output, row.state)

    def _resting(self, entry: Placed[ActualRow], worked: bool) -> Observation:
        row = entry.row
        for column in ("capacity_10kt_a", "output_10kt"):
            if getattr(row, column):
                self._fault(entry, column, message("nothing_when", state=row.state), f"{getattr(row, column):g}")
        if row.state == "idle" and worked and self.sure:
            self._fault(entry, "state", message("closed_or_suspended"), repr(row.state))
        return Observation(0.0, 0.0, row.state)

    def _check_when(self, entry: Placed[ActualRow]) -> None:
        """Check the years in which the block may work, and that it does not come back."""
        block, year = self.block, entry.row.year
        if block.earliest is not None and year < block.earliest:
            self._fault(entry, "year", message("year_from", year=block.earliest, column="earliest_year"), year)
        if block.latest is not None and year > block.latest:
            self._fault(entry, "year", message("year_until", year=block.latest, column="latest_year"), year)
        if self.sure and self.stopped is not None:
            self._fault(entry, "state", message("stays_closed", year=self.stopped), repr(entry.row.state))

    def _capacity(self, entry: Placed[ActualRow]) -> float | None:
        """Return the option that a row's capacity is; None where it is none of them."""
        written, options = entry.row.capacity_10kt_a, [option.capacity for option in self.block.options]
        if written is None:
            return self.held or options[0]
        for option in options:
            if abs(written - option) <= ROOM:
                return option
        listed = ", ".join(f"{option:g}" for option in options)
        for times, unit in ((TONNES, "t"), (KILOTONNES, "kt")):
            meant = next((option for option in options if abs(written / times - option) <= ROOM), None)
            if meant is not None:
                self._fault(entry, "capacity_10kt_a",
                            message("option_in_unit", options=listed, unit=unit, column=f"capacity_{unit}_a"),
                            f"{written:.12g}")
                return meant
        self._fault(entry, "capacity_10kt_a", message("option", options=listed), f"{written:.12g}")
        return None

    def _check_state(self, entry: Placed[ActualRow], capacity: float) -> None:
        """Check that state and capacity follow from the year before."""
        state, year = entry.row.state, entry.row.year
        if self.stopped is not None:
            return
        if not self.held:
            if state not in (STARTING, STILL):
                self._fault(entry, "state", message("opened_first", before=year - 1), repr(state))
        elif state == STARTING:
            self._fault(entry, "state", message("opened_before", before=year - 1), repr(state))
        elif capacity < self.held - ROOM:
            self._fault(entry, "capacity_10kt_a", message("never_falls", held=f"{self.held:g}", before=year - 1),
                        f"{capacity:g}")
        elif (capacity > self.held + ROOM) != (state == GROWING) and state != STILL:
            expected = message("expanded_only" if state == GROWING else "expanded_then", held=f"{self.held:g}",
                               before=year - 1)
            self._fault(entry, "state", expected, repr(state))

    def _output(self, entry: Placed[ActualRow], capacity: float | None) -> float | None:
        """Return a row's output; None where it is missing or more than is licensed."""
        output, state = entry.row.output_10kt, entry.row.state
        if state == STILL:
            if output:
                self._fault(entry, "output_10kt", message("nothing_when", state=state), f"{output:g}")
            return 0.0
        if output is None:
            self._fault(entry, "output_10kt", message("present"), "–")
            return None
        if capacity is None or output <= capacity + ROOM:
            return output
        most, unit = f"{capacity:g}", _smaller_unit(output / capacity)
        expected = message("output_in_unit", most=most, unit=unit, column=f"output_{unit}") if unit \
            else message("output_licensed", most=most)
        self._fault(entry, "output_10kt", expected, f"{output:.12g}")
        return None


def _smaller_unit(times: float) -> str:
    """Return the unit that an output looks like that is so many times the licensed capacity; empty where none."""
    if times <= FAR_ABOVE or times > TONNES * (1 + ROOM):
        return ""
    return "kt" if times <= KILOTONNES * (1 + ROOM) else "t"
