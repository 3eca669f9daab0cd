"""Words for keys and modes, and the key that a clause names."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

_NO_NOUN: Final = r"\s*(?:$|[.;!?]|,?\s*(?:and )?(?:at )?\d|,?\s*(?:please|pls|instead)\b)"
"""Follows a key, where an article would have its noun: "a minor and 100 bpm"."""
_NOTES: Final = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
KEY: Final = re.compile(
    r"(?<![A-Za-z])(?P<note>[A-Ga-g])\s*(?P<sign>-?\s*(?:flat|sharp)|[b#♭♯])?"
    r"\s*-?(?P<mode>major|minor|maj|min)\b"
    r"|(?:\bkey of|\bin the key of)\s+(?P<note2>[A-Ga-g])(?P<sign2>-?\s*(?:flat|sharp)"
    r"|[b#♭♯])?(?![a-z])(?:\s*(?P<mode2>major|minor))?"
    r"|(?P<sign3>[升降])?\s*(?P<note3>[A-Ga-g])(?P<sign4>[b#♭♯])?\s*(?P<mode3>大调|小调)",
    re.IGNORECASE,
)
MINOR: Final = pattern(r"\bminor\b", r"小调(?!皮|查|研|整|动)")
MAJOR: Final = pattern(r"\bmajor\b", r"大调(?!皮|查|研|整|动)")
DENIED_MODE: Final = pattern(
    r"\b(?:instead of|rather than|not|no) (?:in )?(?:a )?(?:major|minor)\b",
    r"\b(?:minor|major) (?:sounds|is|feels) (?:wrong|off|bad)\b",
    r"(?:不要|别用?|不是|不用)[大小]调|[大小]调(?:不对|不好|不行|不合适)",
)
"""A mode that is not wanted: "major instead of minor"."""
MODE_ONLY: Final = re.compile(r"\ba (?:minor|major)\b(?=\s*(?:key|mode|scale|feel|tonality|one))")


LEFT_MODE: Final = pattern(
    r"\bfrom (?:a )?(?:minor|major)(?: key)?(?= to\b)"
    r"|\b(?:turn|change|switch|convert|flip) (?:the )?(?:minor|major)(?= (?:in)?to\b)",
    r"从[大小]调(?=[^，]*[大小]调)|[大小]调(?=[换改变]成?[大小]调)",
)
"""Names the mode that is left: "from minor to major"."""


def key_of(clause: str) -> tuple[int | None, str | None] | None:
    """Return the pitch class and the mode of the key that a clause names, or None."""
    plain = MODE_ONLY.sub(lambda match: match[0][2:], LEFT_MODE.sub(" ", clause))
    match = KEY.search(plain)
    if match is None:
        plain = DENIED_MODE.sub(" ", plain)
        if MINOR.search(plain):
            return None, "minor"
        return (None, "major") if MAJOR.search(plain) else None
    note = match["note"] or match["note2"] or match["note3"]
    sign = match["sign"] or match["sign2"] or match["sign3"] or match["sign4"] or ""
    if (
        match["note"]
        and note == "a"
        and not sign
        and not re.search(r"\b(?:in|to|key)\s*$", plain[: match.start()])
        and not re.match(_NO_NOUN, plain[match.end() :], re.IGNORECASE)
    ):
        return None, "minor" if (match["mode"] or "").startswith("min") else "major"
    raised = 1 if re.search(r"sharp|[#♯升]", sign) else -1 if sign.strip(" -") else 0
    mode = {"maj": "major", "min": "minor", "大调": "major", "小调": "minor"}.get(
        (match["mode"] or match["mode2"] or match["mode3"] or "").lower()[:3]
    )
    return (_NOTES[note.lower()] + raised) % 12, mode
