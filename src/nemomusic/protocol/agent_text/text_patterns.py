"""Read the texts of people and of the agent: patterns in two languages, sentences, quotations.

Tables of patterns are plain text, compiled when they are first needed. So a client that only
renders does not compile them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

MASK: Final = "\ue000"
"""The private-use character that stands for each character of a quotation."""

# An emoji belongs to the sentence before it, a pointing hand to the sentence after it.
SENTENCE_END: Final = re.compile(
    r"(?:(?<![.!?…])[.!?…]++[)*_\]]*+(?=\s|$)|[。！？]+[）]*)"
    "(?:[ \t]*(?![\u261d\U0001f446-\U0001f449])[\u2600-\u27bf\U0001f000-\U0001faff]\ufe0f?)*"
)
NUMBERED: Final = re.compile(r"\W*\d+\.")
"""A number that begins an item of a list. It is not the end of a sentence."""
QUOTED: Final = re.compile(
    r"\"[^\"\n]{0,300}\"|“[^”\n]{0,300}”|「[^」\n]{0,300}」|『[^』\n]{0,300}』"
    r"|«[^»\n]{0,300}»|`[^`\n]{0,300}`|‘[^’\n]{0,300}’(?!\w)"
    r"|(?<!\w)'[^'\n]{1,80}'(?!\w)"
)


@cache
def patterns(*alternatives: str, lead: str = "") -> tuple[re.Pattern[str], ...]:
    """Compile each of several alternatives, which match in any case. Results are cached.

    Args:
        alternatives: Regular expressions.
        lead: A regular expression that precedes each of them. The text that matches after it is the
            group `act`.
    """
    return tuple(
        re.compile(f"{lead}(?P<act>{one})" if lead else one, re.IGNORECASE) for one in alternatives
    )


def any_matches(text: str, alternatives: tuple[str, ...]) -> bool:
    """Return whether one of the alternatives matches the complete text, in any case."""
    return any(pattern.fullmatch(text) for pattern in patterns(*alternatives))


def fold_case(text: str) -> str:
    """Return a text in small letters, as `re.IGNORECASE` sees it: ı and ſ count as i and s."""
    lower = text.lower()
    if not lower.isascii():
        lower = lower.replace("i\u0307", "i").replace("\u0131", "i").replace("\u017f", "s")
    return lower


def mask_quotations(text: str) -> str:
    """Return a text of the same length in which quotations are hidden behind MASK.

    Instructions inside a quotation are not addressed to the reader.
    """

    def hide(quoted: re.Match[str]) -> str:
        ends = quoted[0][-2:-1] in tuple(".!?。！？")
        ends = ends and re.match(r"\s+[A-Z]", text[quoted.end() :]) is not None
        return MASK * (len(quoted[0]) - ends) + "." * ends

    return QUOTED.sub(hide, text)


def split_sentences(text: str) -> list[str]:
    """Cut a text after each sentence. The pieces make up the text; quotations are never cut."""
    masked, sentences, start = mask_quotations(text), [], 0
    for end in SENTENCE_END.finditer(masked):
        if not NUMBERED.fullmatch(masked[start : end.end()]):
            sentences.append(text[start : end.end()])
            start = end.end()
    return [*sentences, text[start:]] if start < len(text) else sentences


def spans_between(separator: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    """Return start and end of each piece of a text that a separator cuts off."""
    cuts = [cut for found in separator.finditer(text) for cut in found.span()]
    edges = [0, *cuts, len(text)]
    return list(zip(edges[::2], edges[1::2], strict=True))
