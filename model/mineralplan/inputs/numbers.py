"""Numbers as people type them: what is a number, and what exactly is wrong with one that is not."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

_FULL_WIDTH = re.compile("[０-９．＋－]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,，'’ \u00a0\u2009]\d{3})+(\.\d+)?")


def number(value: Any) -> float:
    """Return ``value`` as a finite float.

    Raises
    ------
    PydanticCustomError
        Of type ``fault_full_width``, ``fault_thousands``, ``fault_not_empty`` or ``fault_number``.
    """
    if isinstance(value, bool) or value is None:
        raise PydanticCustomError("fault_number", "a number")
    result = float(value) if isinstance(value, int | float) else _from_text(str(value).strip())
    if not math.isfinite(result):
        raise PydanticCustomError("fault_finite", "a finite number")
    return result


def _from_text(text: str) -> float:
    if not text:
        raise PydanticCustomError("fault_not_empty", "a number, not an empty cell")
    narrow = unicodedata.normalize("NFKC", text)
    separated = _THOUSANDS.fullmatch(narrow)
    plain = re.sub(r"[^\d.+-]", "", narrow) if separated else narrow
    if _FULL_WIDTH.search(text) and re.fullmatch(r"[+-]?[\d.]+", plain):
        raise PydanticCustomError("fault_full_width", "half-width digits", {"value": plain})
    if separated:
        raise PydanticCustomError("fault_thousands", "no separator", {"value": plain})
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        raise PydanticCustomError("fault_number", "a number")
    return float(text)


def whole(value: Any) -> int:
    """Return ``value`` as an integer, with the same faults as `number`."""
    result = number(value)
    if result != int(result):
        raise PydanticCustomError("fault_whole", "a whole number")
    return int(result)


def blank_is_none(value: Any) -> Any:
    """Return None for an empty cell, the value otherwise."""
    return None if isinstance(value, str) and not value.strip() else value


def _optional_number(value: Any) -> float | None:
    value = blank_is_none(value)
    return None if value is None else number(value)


def _optional_whole(value: Any) -> int | None:
    value = blank_is_none(value)
    return None if value is None else whole(value)


Number = Annotated[float, BeforeValidator(number)]
Amount = Annotated[float, BeforeValidator(number), Field(ge=0)]
Positive = Annotated[float, BeforeValidator(number), Field(gt=0)]
Share = Annotated[float, BeforeValidator(number), Field(gt=0, le=1)]
Whole = Annotated[int, BeforeValidator(whole)]
Count = Annotated[int, BeforeValidator(whole), Field(ge=0, le=2**31 - 1)]
OptionalAmount = Annotated[Annotated[float, Field(ge=0)] | None, BeforeValidator(_optional_number)]
OptionalWhole = Annotated[int | None, BeforeValidator(_optional_whole)]
