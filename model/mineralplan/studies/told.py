"""What every study of whole plans shares: its figures, its page, its folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from mineralplan.case import Case
from mineralplan.outputs.study import write_study
from mineralplan.report.figures.gallery import Gallery
from mineralplan.report.studies.study_documents import figures_of, write_documents
from mineralplan.words import default_language


class Told(ABC):
    """A study that can be drawn, read and written.

    Attributes
    ----------
    kind : str
        Its name, as of its command.
    """

    kind: ClassVar[str]
    case: Case

    @property
    @abstractmethod
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Its tables, by file name without ``.csv``."""

    @abstractmethod
    def manifest(self) -> dict[str, Any]:
        """Return what a reader needs to repeat the study and to see how much of it is proven."""

    @abstractmethod
    def text(self, lang: str | None = None) -> str:
        """Return the page as Markdown."""

    @property
    def figures(self) -> Gallery:
        """Every figure by its name, as ``study.figures.robust(lang="zh")``."""
        return figures_of(self.kind, self.case, self.tables, **self.drawn_with)

    @property
    def drawn_with(self) -> Mapping[str, Any]:
        """What every figure of the study takes besides its tables."""
        return {}

    def report(self, folder: str | Path, *, lang: str | None = None, command: str = "") -> Path:
        """Write tables, figures, page and manifest into ``folder``, whole or not at all.

        Parameters
        ----------
        folder : str or pathlib.Path
            Replaced when it exists.
        lang : str, optional
            Language of page and figures.
        command : str, optional
            The command line, for the manifest.
        """
        spoken = lang or default_language()
        return write_study(
            Path(folder), self.case, self.kind, self.tables, self.manifest(),
            lambda new: write_documents(new, self.kind, self.case, self.tables, self.text(spoken), spoken,
                                        **self.drawn_with), command,
        )
