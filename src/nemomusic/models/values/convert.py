"""Read small values from JSON. Unknown fields are ignored; errors name the path of a field."""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeVar

from nemomusic.errors import UnexpectedAnswerError
from nemomusic.models.values.wire_numbers import as_finite

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")

_NUMBERS: Final = (int, float)
_MISSING: Final = "required field missing"
_NOT_A_NUMBER: Final = "invalid value for type, expected float"


@cache
def _converter() -> Converter:
    from cattrs import Converter

    converter = Converter(detailed_validation=True)

    def number(value: Any, _: object) -> float:
        found = as_finite(value)
        if found is None:
            raise TypeError("not a number")
        return found

    def text(value: Any, _: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)  # ids are strings; a number can be read as one without loss
        if not isinstance(value, str):
            raise TypeError("not a string")
        return value

    converter.register_structure_hook(float, number)
    converter.register_structure_hook(str, text)
    return converter


def structure(value: Any, kind: type[T], *, endpoint: str | None = None) -> T:
    """Make an attrs value of `kind` from JSON.

    Raises:
        UnexpectedAnswerError: A field is missing or has another type. The message names it, such
            as `$.a.b`.
    """
    try:
        return _converter().structure(value, kind)
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of any kind
        from cattrs import transform_error

        try:
            said = "; ".join(transform_error(error))
        except Exception:  # noqa: BLE001 - a value that is no mapping at all
            said = f"expected an object @ $, got {type(value).__name__}"
        raise _lacking(said, endpoint) from None


def numbers(value: Any, *names: str, endpoint: str | None = None) -> list[float]:
    """Return finite numbers of a JSON object by their names. This does not import cattrs.

    Raises:
        UnexpectedAnswerError: A number is missing, or something else stands in its place.
    """
    fields: dict[str, Any] = value if isinstance(value, dict) else {}
    found: list[float] = []
    for name in names:  # what `as_finite` does, without a call for each number
        number: Any = fields.get(name)
        try:
            if type(number) not in _NUMBERS or not isfinite(number):
                break
        except OverflowError:
            break
        found.append(float(number))
    if len(found) < len(names):
        faults = (
            f"{_NOT_A_NUMBER if name in fields else _MISSING} @ $.{name}"
            for name in names
            if as_finite(fields.get(name)) is None
        )
        raise _lacking("; ".join(faults), endpoint)
    return found


def _lacking(what: str, endpoint: str | None) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(f"the answer lacks something: {what}", endpoint=endpoint)
