"""The default prompt, and the check of a caller's prompt."""

from __future__ import annotations

from typing import Final

from nemomusic.errors import PromptError

DEFAULT_PROMPT: Final = (
    "generate a background music track that matches the mood and pace of my video"
)
"""The default prompt, in the service's own words (docs/protocol.md)."""


def check_words(given: object, empty: str) -> None:
    """Raise unless a value is text with a word in it.

    Args:
        given: The prompt or the message.
        empty: The message of the error for a text without a word.

    Raises:
        PromptError: The value is not text, has nothing that can be seen, or can't be sent.
    """
    if not isinstance(given, str):
        raise PromptError(f"the words are text (str), not {type(given).__name__}")
    if not any(char.isprintable() and not char.isspace() for char in given):
        raise PromptError(empty)
    try:
        given.encode()
    except UnicodeEncodeError:  # such as bytes of a terminal that are no UTF-8
        raise PromptError(
            "the words hold half of a character", remedy="Pass complete characters."
        ) from None
