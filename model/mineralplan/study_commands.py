"""The commands that run a scenario many times; `mineralplan.cli` puts them beside the others."""

from __future__ import annotations
