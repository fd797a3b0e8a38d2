"""What is read of an audit, in both languages."""

from __future__ import annotations

from fractions import Fraction

import pytest
from plans import audited, whole
from rich.console import Console

from mineralplan.auditing.audit import Audit, audit_claim
from mineralplan.auditing.claim import Claim, Known
from mineralplan.auditing.entries import ENTRIES
from mineralplan.auditing.law import Breach
from mineralplan.auditing.laws import LAWS
from mineralplan.auditing.phrases import amount_text, breach_phrase, verdict_sentence
from mineralplan.auditing.undecided import OBJECTIVE
from mineralplan.inputs.plan import Label, unit_key
from mineralplan.report.audit_text import audit_parts
from mineralplan.words import LANGUAGES, vocabulary
from tiny import YEAR, block, by_hand, case, indicator, mine


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_has_a_name(lang: str) -> None:
    """Laws, what is stated, reasons, units: what is put together of parts exists in both languages."""
    wanted = [f"laws.{name}" for name in (*LAWS, ENTRIES, "stated_cost", "stated_objective", OBJECTIVE)]
    wanted += [f"units.{unit_key(law.unit)}" for law in LAWS.values()]
    wanted += [f"audit.why.{why}" for why in ("years", "before", "flows", "green")]
    wanted += [f"audit.{verdict}" for verdict in ("holds", "broken", "undecided")]

    assert [key for key in wanted if key not in vocabulary(lang)] == []


def printed(audit: Audit, lang: str, *, every_year: bool = False) -> str:
    console = Console(width=500, record=True)
    with console.capture() as text:
        for part in audit_parts(audit, lang, every_year=every_year):
            console.print(part)
    return text.get()


def test_a_sound_plan_in_one_sentence() -> None:
    given = case([block("N")], 10.0)
    audit = audited(given, whole(given, {("N", YEAR): 10}))

    assert verdict_sentence(audit, "en").startswith("Audit: tiny holds.")
    assert verdict_sentence(audit, "zh").startswith("审核：tiny符合。")


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["Audit: tiny is BROKEN in 2 place(s).", "Output within the licensed capacity", "N Noble quarry", "1 t",
            "Output cap", "stone", "2 10⁴ t/a", "box 1", "fails", "missed (expected)", "Computed again"]),
    ("zh", ["审核：tiny不符合，有 2 处违反。", "产量不超过许可规模", "N 贵矿", "1 吨", "开采总量", "2 万吨/年",
            "box 1", "不符合", "未达到（预期性）", "重新计算"]),
])
def test_a_broken_plan(lang: str, words: list[str]) -> None:
    """10.0001 from a mine of 10: a tonne too many. With 4 from A, a cap of 12.0001 is passed by 2 (10⁴ t)."""
    rules = {"output_cap": {"stone": indicator(12.0001, clause="box 1")},
             "mine_count": {"all": indicator(1, "expected", unit="mines", clause="part 4")}}
    given = case([block("N", label=Label(zh="贵矿", en="Noble quarry")), block("A")], 20.0, rules=rules)

    text = printed(audited(given, whole(given, {("N", YEAR): (10, 10.0001), ("A", YEAR): (10, 4)})), lang)

    for word in words:
        assert word in text, word


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["they do not say all", "Not decided:", "2021–2022 do not appear", "It is not said where the stone goes",
            "which mines are green (2023)", "cost and all other objectives"]),
    ("zh", ["所列内容不全", "未能判定：", "表中没有 2021–2022 年", "未说明石料去向", "哪些是绿色矿山（2023 年）",
            "成本及其他目标"]),
])
def test_what_is_open_is_said_by_reason(lang: str, words: list[str]) -> None:
    given = case([mine("E", green=False)], dict.fromkeys((2021, 2022, 2023), 10.0), years=(2021, 2022, 2023))
    claim = Claim(by_hand({("E", 2023): 10}), Known((2023,), flows=False, green=False))

    text = printed(audit_claim(given, claim), lang)

    for word in words:
        assert word in text, word
    assert len(text.split({"en": "Not decided:", "zh": "未能判定："}[lang])[1].strip().splitlines()) == 4


def test_only_so_many_breaches_are_listed() -> None:
    """Fifty mines over their capacity: 40 lines, and how many more there are."""
    blocks = [block(f"B{i}", 1) for i in range(50)]
    given = case(blocks, 200.0)
    audit = audited(given, whole(given, {(b.code, YEAR): (1, 2) for b in blocks}))

    text = printed(audit, "en")

    assert text.count("Output within the licensed capacity") == 41  # the sentence names the worst
    assert "… and 10 more" in text


@pytest.mark.parametrize(("amount", "unit", "words"), [
    (Fraction(1, 10**4), "10kt", "1 t"), (Fraction(1, 2), "10kt/a", "5,000 t/a"), (Fraction(3, 2), "10kt", "1.5 10⁴ t"),
    (Fraction(2), "a", "2 a"), (Fraction(1, 8), "share", "0.125"), (Fraction(1), "rows", "1 row(s)"),
    (Fraction(1234567), "10kcny", "1,234,567 10⁴ CNY"), (Fraction(5), "objective:haul", "5 10⁴ t·km"),
])
def test_amounts_in_their_own_unit(amount: Fraction, unit: str, words: str) -> None:
    """Less than 10⁴ t is told in tonnes."""
    kind = "stated" if unit.startswith("objective") else "law"

    assert amount_text(Breach("shipped", kind, ("haul",), YEAR, amount, unit, Fraction(1)), "en") == words


def test_a_breach_names_its_clause() -> None:
    given = case([block("N")], 10.0)
    breach = Breach("output_cap", "rule", ("stone",), YEAR, Fraction(3), "10kt/a", Fraction(1), "box 1")

    assert breach_phrase(given, breach, "en") == "Output cap; stone, 2021: off by 3 10⁴ t/a (box 1)"
    assert breach_phrase(given, breach, "zh") == "开采总量；stone，2021 年：相差 3 万吨/年（box 1）"
