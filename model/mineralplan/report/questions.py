"""What the one who waits for an explanation sees: the question being asked, and how long it has been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mineralplan.report.explanation_text import question_text

if TYPE_CHECKING:
    from rich.console import Console

    from mineralplan.analysis.questions import Question
    from mineralplan.case import Case


class QuestionWatch:
    """Shows each question: one living line on a terminal, plain lines in a log."""

    def __init__(self, console: Console, case: Case, lang: str) -> None:
        self.console, self.case, self.lang = console, case, lang
        self.status = console.status("…") if console.is_terminal else None

    def __enter__(self) -> QuestionWatch:
        if self.status:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def __call__(self, question: Question) -> None:
        """Show a question."""
        line = question_text(self.case, question, self.lang)
        if self.status:
            self.status.update(line)
        else:
            self.console.print(line)
