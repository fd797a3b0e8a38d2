"""What the one who waits for an explanation sees: the question being asked, and how long it has been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mineralplan.report.explanation_text import question_text
from mineralplan.report.watch import LineWatch

if TYPE_CHECKING:
    from mineralplan.analysis.questions import Question
    from mineralplan.case import Case
    from mineralplan.report.console import Console


class QuestionWatch(LineWatch):
    """Shows each question."""

    def __init__(self, console: Console, case: Case, lang: str) -> None:
        super().__init__(console, lang, every_s=0)
        self.case = case

    def __call__(self, question: Question) -> None:
        """Show a question."""
        self.show(question_text(self.case, question, self.lang))
