"""A token that does not show itself."""

from __future__ import annotations

import re
from typing import Any, Final

HIDDEN: Final = "***"


class Secret:
    """Holds a token. `repr`, `str`, formatting and pickling show `***`; only `reveal()` tells."""

    __slots__ = ("_value",)

    def __init__(self, value: str | Secret) -> None:
        self._value = value.reveal() if isinstance(value, Secret) else value

    def reveal(self) -> str:
        """Return the token itself: for the `Authorization` header and the 0600 token file only."""
        return self._value

    def hide_in(self, text: str) -> str:
        """`text` without the token, whatever form it has."""
        return text.replace(self._value, HIDDEN) if self._value else text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[Any, ...]:
        return Secret, (HIDDEN,)


class HiddenText(str):
    """A header value that is sent as it is, but shown as `***` by `repr` and by formatting.

    aiohttp's own frames hold the request headers as locals: a traceback printed with its
    locals, or a debugger's report, would show the token otherwise.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(HIDDEN)

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (HIDDEN,)


_TOKENS: Final = re.compile(r"(?i)\b(?:nmv|clm)_[A-Za-z0-9_\-.]{4,}|\bBearer\s+[^\s\"',;]+")


def redact(text: str) -> str:
    """Replace what looks like a token in a text that was not written by us."""
    return _TOKENS.sub(HIDDEN, text)
