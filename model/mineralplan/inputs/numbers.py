"""Numbers as people type them: what is a number, and what exactly is wrong with one that is not."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

LARGEST = 1e12
"""No figure of a district comes near it, in any unit; what does is a slip, and the solver could not work with it."""
FIRST_YEAR, LAST_YEAR = 1000, 9999
_FULL_WIDTH = re.compile("[０-９．＋－]")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([,，'’ \u00a0\u2009][0-9]{3})+(\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_MINUS = re.compile("[−–—‐]")
_DATE = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}( [0-9:]+)?|[0-9]{1,2}-[A-Z][a-z]{2}(-[0-9]{2,4})?"
                   r"|[A-Z][a-z]{2}-[0-9]{2}")


def number(value: Any) -> float:
    """Return ``value`` as a finite float.

    Raises
    ------
    PydanticCustomError
        Of type ``fault_full_width``, ``fault_thousands``, ``fault_minus``, ``fault_percent``, ``fault_date``,
        ``fault_not_empty``, ``fault_number``, ``fault_finite`` or ``fault_smaller``.
    """
    if isinstance(value, bool) or value is None:
        raise PydanticCustomError("fault_number", "a number")
    try:
        result = float(value) if isinstance(value, int | float) else _from_text(str(value).strip())
    except OverflowError:  # an integer of hundreds of digits
        result = math.inf
    if not math.isfinite(result):
        raise PydanticCustomError("fault_finite", "a finite number")
    if abs(result) > LARGEST:
        raise PydanticCustomError("fault_smaller", "a figure of at most 1e12", {"value": f"{LARGEST:g}"})
    return result + 0.0  # -0 is 0


def _from_text(text: str) -> float:
    if not text:
        raise PydanticCustomError("fault_not_empty", "a number, not an empty cell")
    if _NUMBER.fullmatch(text):
        return float(text)
    narrow = unicodedata.normalize("NFKC", text)
    separated = _THOUSANDS.fullmatch(narrow)
    plain = re.sub(r"[^0-9.+-]", "", narrow) if separated else narrow
    if _FULL_WIDTH.search(text) and re.fullmatch(r"[+-]?[0-9.]+", plain):
        raise PydanticCustomError("fault_full_width", "half-width digits", {"value": plain})
    if separated:
        raise PydanticCustomError("fault_thousands", "no separator", {"value": plain})
    if _NUMBER.fullmatch(hyphen := _MINUS.sub("-", narrow)):
        raise PydanticCustomError("fault_minus", "the minus sign of the keyboard", {"value": hyphen})
    if narrow.endswith("%") and _NUMBER.fullmatch(percent := narrow[:-1].strip()):
        raise PydanticCustomError("fault_percent", "a share", {"value": f"{float(percent) / 100:.12g}"})
    if is_date(narrow):
        raise PydanticCustomError("fault_date", "a number, not a date")
    raise PydanticCustomError("fault_number", "a number")


def is_date(text: str) -> bool:
    """Return whether a spreadsheet took a text for a date and writes it as one: 2-1 becomes 2-Jan."""
    return bool(_DATE.fullmatch(text))


def whole(value: Any) -> int:
    """Return ``value`` as an integer, with the same faults as `number`."""
    result = number(value)
    if result != int(result):
        raise PydanticCustomError("fault_whole", "a whole number")
    return int(result)


def calendar_year(value: Any) -> int:
    """Return ``value`` as a year of four digits: a date that became a number has five.

    Raises
    ------
    PydanticCustomError
        As of `whole`, or of type ``fault_year``.
    """
    result = whole(value)
    if not FIRST_YEAR <= result <= LAST_YEAR:
        raise PydanticCustomError("fault_year", "a year of four digits")
    return result


def blank_is_none(value: Any) -> Any:
    """Return None for an empty cell, the value otherwise."""
    return None if isinstance(value, str) and not value.strip() else value


def _optional_number(value: Any) -> float | None:
    value = blank_is_none(value)
    return None if value is None else number(value)


def _optional_year(value: Any) -> int | None:
    value = blank_is_none(value)
    return None if value is None else calendar_year(value)


Number = Annotated[float, BeforeValidator(number)]
Amount = Annotated[float, BeforeValidator(number), Field(ge=0)]
Positive = Annotated[float, BeforeValidator(number), Field(gt=0)]
Share = Annotated[float, BeforeValidator(number), Field(gt=0, le=1)]
Whole = Annotated[int, BeforeValidator(whole)]
Count = Annotated[int, BeforeValidator(whole), Field(ge=0, le=2**31 - 1)]
OptionalAmount = Annotated[Annotated[float, Field(ge=0)] | None, BeforeValidator(_optional_number)]
Year = Annotated[int, BeforeValidator(calendar_year)]
OptionalYear = Annotated[int | None, BeforeValidator(_optional_year)]
