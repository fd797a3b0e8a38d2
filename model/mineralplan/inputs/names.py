"""Names and other text: a name is one line, and not what a spreadsheet made of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from mineralplan.inputs.numbers import is_date


def _one_line(value: str) -> str:
    if len(value.splitlines()) > 1:
        raise PydanticCustomError("fault_one_line", "one line")
    return value


def _no_date(value: str) -> str:
    if is_date(value):
        raise PydanticCustomError("fault_name_date", "a name, not a date")
    return value


Text = Annotated[str, Field(min_length=1)]
Line = Annotated[str, AfterValidator(_one_line)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_one_line), AfterValidator(_no_date)]
