"""Tokens that no log, repr or traceback shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

HIDDEN: Final = "***"


class Secret:
    """A token. `repr`, `str` and formatting show `***`; only `reveal()` returns it.

    `copy` and `deepcopy` return the same object. It can't be pickled.
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str | Secret) -> None:
        text = value.reveal() if isinstance(value, Secret) else value
        # Error reporters read the attributes of all objects in a frame. They call no functions.
        self._reveal: Callable[[], str] = lambda: text

    def reveal(self) -> str:
        """Return the token, for the `Authorization` header and for the 0600 token file only."""
        return self._reveal()

    def hide_in(self, text: str) -> str:
        """Return `text` with `***` in place of the token."""
        value = self._reveal()
        return text.replace(value, HIDDEN) if value else text

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})"

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __bool__(self) -> bool:
        return bool(self._reveal())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._reveal() == other._reveal()

    def __hash__(self) -> int:
        return hash(self._reveal())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError(
            "a token or password can't be pickled: it would leave this process. Pickle settings "
            "without it, and give it to the other process as NEMO_TOKEN."
        )


class HiddenText(str):
    """A header value that is sent as it is, and shown as `***` by `repr` and by formatting.

    The frames of aiohttp hold the request's headers as locals. Without this, a traceback that is
    printed with locals, or a debugger's report, would show the token.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(HIDDEN)

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (HIDDEN,)


_TOKENS: Final = r"(?i)\b(?:nmv|clm)_[A-Za-z0-9_\-.]{4,}|\bBearer\s+[^\s\"',;]+"
"""The pattern of a token in a text. It is compiled when the first text is searched."""


def redact(text: str) -> str:
    """Return a text of the service with `***` in place of everything that looks like a token."""
    return re.sub(_TOKENS, HIDDEN, text)
