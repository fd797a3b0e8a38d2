"""A run as its documents see it, whether it was just solved or read back from a results folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from mineralplan.auditing.audit import Audit
from mineralplan.auditing.certificate import Certified
from mineralplan.auditing.phrases import verdict_sentence
from mineralplan.case import Case
from mineralplan.outputs.study import Study
from mineralplan.outputs.tables import Tables
from mineralplan.report.certificate_text import certificate_parts
from mineralplan.report.figures import FIGURES, pictures
from mineralplan.report.figures.gallery import Gallery
from mineralplan.words import default_language, say


@dataclass(frozen=True)
class Record:
    """A run: what was asked, what came out, and what stands against it.

    Attributes
    ----------
    case : Case
    tables : Tables
    manifest : mapping
        What manifest.json says: certificate, versions, inputs, command.
    audit : Audit
    certified : Certified or None
        Whether the folder is still what was certified; None for a run that was just solved.
    studies : tuple of Study
        What was studied of the same inputs, and lies beside the run.
    """

    case: Case
    tables: Tables
    manifest: Mapping[str, Any]
    audit: Audit
    certified: Certified | None = None
    studies: tuple[Study, ...] = ()

    @property
    def figures(self) -> Gallery:
        """Every figure: ``record.figures.gantt(lang="zh")``."""
        return Gallery(FIGURES, self.case, self.tables)

    @cached_property
    def pictures(self) -> Callable[[str, str], dict[str, bytes]]:
        """Every figure as files, drawn once for all documents: ``record.pictures("gantt", "zh")["png"]``."""
        return cache(lambda name, lang: pictures(name, self.case, self.tables, lang))

    def indicators(self, lang: str | None = None) -> pd.DataFrame:
        """Return the scorecard of the binding indicators in words: one row each, one column per year of report."""
        from mineralplan.report.summary import indicator_table

        columns, rows = indicator_table(self, lang or default_language())
        return pd.DataFrame(rows, columns=columns)

    def to_gis(self, folder: str | Path, *, crs: str = "EPSG:4490", lang: str | None = None) -> Path:
        """Write the layers for a GIS into ``folder``: as `mineralplan.write_gis`."""
        from mineralplan.report.gis import write_gis

        return write_gis(self, folder, crs=crs, lang=lang)

    def _repr_html_(self) -> str:
        from mineralplan.report.summary import html

        return html(self, default_language())

    def warnings(self, lang: str) -> list[str]:
        """Return what stands against the run: sentences to be shown before anything else, empty where nothing does."""
        found: list[str] = []
        if self.certified is not None and not self.certified.holds:
            found += certificate_parts(self.certified, lang)
        elif self.certified is None and "certificate" not in self.manifest:
            found.append(say("audit.certificate.none", lang))
        if self.audit.verdict == "broken":
            found.append(verdict_sentence(self.audit, lang))
        if self.manifest.get("stopped"):
            found.append(say(f"record.stopped_{self.manifest['stopped']}", lang, gap=f"{self.manifest['gap']:.3%}"))
        made, here = self.manifest["versions"]["mineralplan"], version("mineralplan")
        if made != here:
            found.append(say("record.version", lang, made=made, here=here))
        return found
