"""What lies behind the table of goals: one table for each part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from trials.parts import (
    COUNTIES,
    DISTRICTS,
    GAPS,
    HARD,
    INSTANCE_GAP,
    INSTANCES,
    MAIN_GAP,
    SHIPPED,
    SIZES,
    WRITERS,
    plain_gap,
)
from trials.ratio import ratio, seconds_to
from trials.trial import Store

Table = tuple[str, Sequence[str], list[Sequence[str]]]
NONE = "–"


def markdown(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join("| " + " | ".join(line) + " |" for line in (headings, ["---"] * len(headings), *lines))


def tables(store: Store) -> Iterator[Table]:
    """Yield title, headings and lines of every part that was measured."""
    for part in (forms, writers, counties, first, location, phases, growth, what_if, startup, province):
        title, headings, lines = part(store)
        if any(set(line[1:]) != {NONE} for line in lines):
            yield title, headings, [line for line in lines if set(line[1:]) != {NONE}]


def forms(store: Store) -> Table:
    """Each way and case to three gaps."""
    lines = []
    for case in ("baseline", *HARD):
        ways = {"textbook, Pyomo's interface": store.result("textbook", case, gap=GAPS[-1]),
                "our form, SCIP": store.result("scip", case), "our form, HiGHS": store.result(
                    "plain", case, gap=plain_gap(case))}
        lines += [[f"{case}: {way}", *(_reached(answer, gap) for gap in GAPS), _size(answer)]
                  for way, answer in ways.items()]
        ours = {gap: store.result("mineralplan", case, gap=gap) for gap in GAPS}
        lines.append([f"{case}: mineralplan", *(_reached(answer, gap) for gap, answer in ours.items()),
                      _size(ours[MAIN_GAP])])
    return ("Forms: CPU seconds of the search until a gap was proven", ["case: form", "1 %", "0.1 %", "0.01 %",
            "rows × columns, nonzeros"], lines)


def writers(store: Store) -> Table:
    """The core of the model, written in three ways."""
    lines = []
    for way in WRITERS:
        answer = store.result("core", "baseline", way=way)
        if "missing" in answer:
            lines.append([way, f"{answer['missing']} is not installed: the extra [bench]", "", "", ""])
            continue
        whole = answer.get("build", 0.0) + answer.get("handover", 0.0)
        lines.append([way, _number(answer.get("build")), _number(answer.get("handover")),
                      f"{1e6 * whole / answer['rows']:.0f}" if answer else NONE, _size(answer)])
    return ("Build: the core of the baseline until HiGHS has it, CPU seconds",
            ["written with", "build", "handover", "µs a row", "rows × columns, nonzeros"], lines)


def counties(store: Store) -> Table:
    """Scenarios and counties to 0.1 %."""
    lines = []
    for case in (*SHIPPED, *COUNTIES):
        plain, ours = store.result("plain", case, gap=plain_gap(case)), store.result("mineralplan", case, gap=MAIN_GAP)
        lines.append([case, _reached(plain, MAIN_GAP), _reached(ours, MAIN_GAP), _said(ratio(plain, ours, MAIN_GAP))])
    return ("Scenarios and drawn counties to 0.1 %, CPU seconds of the search",
            ["case", "our form, HiGHS", "mineralplan", "ratio"], lines)


def first(store: Store) -> Table:
    """Shipped scenarios to 1 %."""
    answers = {case: store.result("mineralplan", case, gap=GAPS[0], apart=True) for case in SHIPPED}
    return ("A first plan: CPU seconds of solving to 1 %, the process of its own with them",
            ["case", "seconds", "proven gap"],
            [[case, _reached(answer, GAPS[0]), _gap(answer)] for case, answer in answers.items()])


def location(store: Store) -> Table:
    """Published instances."""
    lines = []
    for name in INSTANCES:
        plain, ours = (store.result("location", name, way=way, gap=INSTANCE_GAP) for way in ("plain", "mineralplan"))
        agree = NONE if not ours or "missing" in ours else "agrees" if ours["agrees"] else "DIFFERS"
        lines.append([name, _reached(plain, INSTANCE_GAP), _reached(ours, INSTANCE_GAP),
                      _said(ratio(plain, ours, INSTANCE_GAP)), agree])
    return ("Published location instances to 1e-6, CPU seconds of the search",
            ["instance", "our form, HiGHS", "mineralplan", "ratio", "published optimum"], lines)


def phases(store: Store) -> Table:
    """The whole run."""
    answer = store.result("phases", "baseline")
    spent = answer.get("phases", {})
    whole = sum(spent.values())
    return ("The whole run of the baseline", ["phase", "CPU seconds", "share", "peak memory by then, MB"],
            [[phase, _number(seconds), f"{seconds / whole:.0%}", f"{answer['peaks'][phase]:.0f}"]
             for phase, seconds in spent.items()])


def growth(store: Store) -> Table:
    """The growing county."""
    lines = []
    for size in SIZES:
        answer = store.result("mineralplan", f"growth {size}", gap=GAPS[0])
        lines.append([size.replace("x", " × "), _number(answer.get("build")), _number(answer.get("compile")),
                      _reached(answer, GAPS[0]), f"{answer['peak_mb']:.0f}" if answer else NONE, _size(answer)])
    return ("Growth: a drawn county, CPU seconds",
            ["blocks × townships × years", "build", "compile", "to 1 %", "peak memory, MB",
             "rows × columns, nonzeros"], lines)


def what_if(store: Store) -> Table:
    """Changes, fresh and of the compiled model."""
    lines = []
    for gap in (GAPS[0], MAIN_GAP):
        for each in store.result("what if", "baseline", gap=gap).get("changes", ()):
            fresh, quick = each["fresh"], each["what_if"]
            lines.append([f"{each['change']}, to {gap:.1%}", _reached(fresh, gap), _reached(quick, gap),
                          _said(ratio(fresh, quick, gap)), "yes" if each["agree"] else "NO"])
    return ("What-if: a changed baseline, CPU seconds of all",
            ["change", "fresh", "compiled model and a plan", "ratio", "same optimum possible"], lines)


def startup(store: Store) -> Table:
    """The help of the command."""
    answer = store.result("startup", "--help")
    return ("Start-up: `mineralplan --help`, best of five", ["command", "seconds", "CPU seconds", "solvers imported"],
            [["mineralplan --help", _number(answer.get("help_wall")), _number(answer.get("help_cpu")),
              {"[]": "none"}.get(answer["imported"], answer["imported"]) if answer else NONE]])


def province(store: Store) -> Table:
    """The growing province."""
    lines = []
    for count in DISTRICTS:
        answer = store.result("province", count, gap=GAPS[0])
        lines.append([count, f"{answer['blocks']:,}", f"{answer['zones']:,}", f"{answer['gap']:.2%}",
                      _number(answer["wall"]), _number(answer["cpu"]), f"{answer['peak_mb']:.0f}", answer["verdict"]]
                     if answer else [count, *[NONE] * 7])
    return ("Growth: a province to 1 %, 2 workers", ["districts", "blocks", "zones", "proven gap", "seconds",
            "CPU seconds", "largest process, MB", "audits"], lines)


def _reached(answer: dict[str, Any], gap: float) -> str:
    if not answer or "missing" in answer:
        return NONE
    took = seconds_to(answer, gap)
    return f"{took:.1f}" if took is not None else f"cut at {answer['seconds']:.0f}: {_gap(answer)}"


def _gap(answer: dict[str, Any]) -> str:
    if not answer:
        return NONE
    return f"{answer['gap']:.2%}" if answer["gap"] < float("inf") else "no plan"


def _size(answer: dict[str, Any]) -> str:
    if "rows" not in answer:
        return NONE
    return f"{answer['rows']:,} × {answer['columns']:,}, {answer['nonzeros']:,}"


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"


def _said(found: object) -> str:
    return NONE if found is None else str(found)
