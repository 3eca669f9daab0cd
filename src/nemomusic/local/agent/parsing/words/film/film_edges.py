"""Words that say where the film begins and ends: "throw away everything before second 3"."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

_FILM: Final = r"\b(?:video|film|movie|footage)\b"
_EVERYTHING: Final = (
    r"\b(?:everything|all|anything|stuff|the (?:part|bit|stuff|rest)|what(?:ever)?(?='s| comes"
    r"| is))"
    r"(?:(?: that| which)?(?:'s| comes| is| happens))?"
)
EVERYTHING_AFTER: Final = pattern(rf"{_EVERYTHING} (?:after|past|beyond)\b")
EVERYTHING_BEFORE: Final = pattern(rf"{_EVERYTHING} (?:before|until|till|up to|prior to)\b")
DISCARDS: Final = pattern(
    r"\b(?:throw|toss|chuck|dump|bin|scrap|ditch|cut|chop|trim|erase|lose|kill|clear|snip|remove"
    r"|delete"
    r"|out)\b"
)
"""Takes away what it names, in a clause about everything before or after a time."""
KEPT_FROM: Final = pattern(r"\b(?:keep|use|show)\b.*\bfrom\b.*\b(?:on|onwards?)\b")
FILM_BEGINS: Final = pattern(
    rf"{_FILM}(?: \w+){{0,3}} (?:begins?|starts?)\b(?! (?:at |with )?(?:the )?\w+\.)",
    rf"\b(?:begin|start)s? (?:the |my |our |this )?{_FILM} (?:at|from)\b",
)
FILM_ENDS: Final = pattern(
    rf"{_FILM}(?: \w+){{0,3}} (?:ends?|stops?|finish(?:es)?|be over|is over)\b",
    rf"\b(?:end|stop|finish) (?:the |my )?{_FILM} (?:at|after)\b|\bcut it (?:off )?(?:at|after)\b",
)
"""Says where the film itself begins, or ends."""
