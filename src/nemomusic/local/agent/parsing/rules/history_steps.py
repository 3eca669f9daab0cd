"""Read how many changes a message takes back, or makes again."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

_ENGLISH: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS: Final = {
    **{word: number for number, word in enumerate(_ENGLISH, 1)},
    **{sign: number for number, sign in enumerate("一二三四五六七八九十", 1)},
    **dict.fromkeys(("两", "俩", "both", "twice", "couple"), 2),
    "thrice": 3,
}
_NUMBER: Final = r"(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|couple)"
_THINGS: Final = r"(?:times?|steps?|changes?|edits?|things?|moves?|actions?|modifications?)"
_COUNT: Final = pattern(
    rf"\b{_NUMBER} (?:of )?(?:more |last |latest |previous |most recent )?{_THINGS}\b",
    rf"\b(?:last|latest|previous|undo|redo) {_NUMBER}(?=\W*(?:$|please\b|again\b))",
    r"\b(twice|thrice|both)\b",
    r"(?<!第)(\d{1,2}|[一两二俩三四五六七八九十])\s*(?:步|次|下|个?(?:改动|修改|操作|更改|变化))",
)
TO_THE_START: Final = pattern(
    r"\b(?:how|what|the way) it was (?:at (?:the )?(?:very )?(?:beginning|start|first)"
    r"|originally)\b"
    r"|\bback to (?:the (?:very )?(?:beginning|start)|square one)\b"
    r"|^\W*(?:please )?(?:restore|back to|go back to) the original(?: (?:video|film|clips?|state))?"
    r"(?: please)?\W*$",
    r"(?:最初|最开始|一开始|原来)的(?:样子|状态)",
)
"""Takes all changes back, without the word "undo"."""
_ALL: Final = pattern(
    r"\b(?:undo|redo|revert|reverse|roll ?back|take back) (?:everything|all)\b",
    r"\b(?:undo|redo|revert|reverse|roll ?back|take back)\b.*\ball (?:of )?(?:the |my |your )?"
    r"(?:changes|edits|steps)\b",
    r"(?:全部|全都|统统|都)(?:撤销|撤回|还原|重做)|(?:撤销|撤回|还原|重做)(?:全部|所有|一切)",
    r"(?:所有|全部)的?(?:改动|修改|操作|更改).{0,3}(?:撤销|撤回|还原|重做)",
)
STEPS_BACK: Final = pattern(
    rf"\b(?:go|step|move)\b(?: back)? {_NUMBER} steps?(?: back)?\b",
    rf"\b(?:take|reverse|cancel|discard)\b(?: back)? (?:the |my |your )?(?:last|latest|previous"
    rf"|most recent) {_NUMBER} {_THINGS}\b",
    r"[后倒回]?退[回后]?\s*(?:\d{1,2}|[两二俩三四五六七八九十])\s*步",
)
"""Takes back a number of changes, without the word "undo"."""
STEPS_AGAIN: Final = pattern(
    rf"^\W*(?:please |can you |could you )?re-?do\b.*(?:\b{_NUMBER} {_THINGS}\b"
    r"|\b(?:twice|thrice|both)\W*$|\b(?:everything|all)\W*$)",
    r"重做\s*(?:最近|刚才|撤销|的|那|这|上)*(?:\d{1,2}|[两二俩三四五六七八九十])\s*[步次]|(?:全部|都)重做|重做(?:全部|所有)",
)
"""Makes a number of changes again."""


def steps_of(clause: str) -> int | None:
    """Return the number of changes that a clause speaks of; None for all of them."""
    if _ALL.search(clause) or TO_THE_START.search(clause):
        return None
    match = _COUNT.search(clause)
    if match is None:
        return 1
    said = next(part for part in match.groups() if part).lower()
    return max(1, int(said) if re.fullmatch(r"\d+", said) else _COUNTS[said])
