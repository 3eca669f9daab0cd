"""The default prompt, and the checks of a caller's prompt and language."""

from __future__ import annotations

from typing import Final

from nemomusic.errors import InputError, PromptError

DEFAULT_PROMPT: Final = (
    "generate a background music track that matches the mood and pace of my video"
)
"""The default prompt, in the service's own words (docs/protocol.md)."""
LANGUAGE_CHARACTERS: Final = 35
"""Number of characters that a language code may have (RFC 5646, 4.4.1)."""


def check_words(given: object, empty: str) -> None:
    """Raise unless a value is text with a word in it.

    Args:
        given: The prompt or the message.
        empty: The message of the error for a text without a word.

    Raises:
        PromptError: The value is not text, has nothing that can be seen, or can't be sent.
    """
    if not isinstance(given, str):
        found = "None" if given is None else f"a value of type {type(given).__name__}"
        raise PromptError(f"a prompt or message is text (str), not {found}")
    if not any(char.isprintable() and not char.isspace() for char in given):
        raise PromptError(empty)
    try:
        given.encode()
    except UnicodeEncodeError:  # such as bytes of a terminal that are no UTF-8
        raise PromptError(
            "the words hold half of a character", remedy="Pass complete characters."
        ) from None


def check_prompt(given: str) -> None:
    """Raise unless the prompt of a job has something to read: a letter, a digit or a symbol.

    Raises:
        PromptError: The prompt is no text, is empty, or has only punctuation.
    """
    check_words(given, "the prompt is empty")
    if not any(char.isalnum() for char in given):
        import unicodedata  # hardly any prompt has no letter

        if not any(unicodedata.category(char).startswith("S") for char in given):
            raise PromptError("the prompt has no word")


def check_language(given: object) -> None:
    """Raise unless a language code has the form of BCP 47; None is allowed.

    The form is: parts of 1 to 8 letters and digits (RFC 5646, 2.1). The first has 2 or 3 letters,
    since no language has a code of more (RFC 5646, 2.2.1).
    `zh_CN` counts as `zh-CN`.

    Raises:
        InputError: The code is not text, or can't be a language code.
    """
    if given is None or (isinstance(given, str) and _is_language(given)):
        return
    shown = repr(given[:40]) if isinstance(given, str) else f"of type {type(given).__name__}"
    raise InputError(
        f"language is a code such as 'en', not {shown}",
        remedy="Pass a code such as en, zh-CN or ja, or leave it out.",
    )


def _is_language(code: str) -> bool:
    first, *rest = code.replace("_", "-").split("-")
    return (
        len(code) <= LANGUAGE_CHARACTERS
        and code.isascii()
        and first.isalpha()
        and 2 <= len(first) <= 3
        and all(part.isalnum() and len(part) <= 8 for part in rest)
    )
