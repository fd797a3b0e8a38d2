"""The report page: one self-contained HTML file in both languages, a function of a record."""

from mineralplan.report.page.page import write_page

__all__ = ["write_page"]
