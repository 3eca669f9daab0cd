"""The base class of the engine's values, with conversion to JSON and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import attrs
import cattrs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["JsonValue"]

_converter = cattrs.Converter()


@attrs.frozen
class JsonValue:
    """The base class of the engine's values.

    Subclasses are `attrs.frozen` and hold only plain data. Plain data is: None, bool, int, float,
    str, other values, and tuples of these. Tuples become JSON arrays and come back as tuples.
    """

    def to_json(self) -> dict[str, Any]:
        """Return the value as something `json.dumps` takes (the same as `attrs.asdict`)."""
        return attrs.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild a value from the result of `to_json`. Unknown keys are ignored.

        Raises:
            cattrs.BaseValidationError: A field is missing or has the wrong type.
        """
        return _converter.structure(data, cls)
