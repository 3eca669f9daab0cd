"""Everyday words turned into the words that the catalogs hold: slang, short forms, typing errors.

`english_slang.py` and `chinese_slang.py` have pairs of a pattern and its plain form. The plain form
must be a word of the catalogs, so that a rule is written once for all the ways in which people say
a thing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from nemomusic.local.agent.parsing.rewriting.chinese_slang import (
    HURRY,
    SOUNDS_ZH,
    chinese_slang,
    loan_words,
)
from nemomusic.local.agent.parsing.rewriting.english_slang import SOUNDS, WITH, english_slang
from nemomusic.local.agent.parsing.rewriting.indirect_wishes import direct
from nemomusic.local.agent.parsing.rewriting.passive_voice import in_active_voice
from nemomusic.local.agent.parsing.rewriting.rejected_alternatives import without_rejected
from nemomusic.local.agent.parsing.rewriting.removal_verbs import with_plain_removal
from nemomusic.local.agent.parsing.rewriting.spelling import spelled

_KEPT: Final = 32
"""Texts whose plain words are kept: about those of one message, which many checks ask for again."""
_PICTOGRAMS: Final = re.compile(r"[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+")
_BESIDE_CHINESE: Final = re.compile(
    r"(?<=[\u3400-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u3400-\u9fff])"
)
"""Where a Chinese sign meets a Latin letter: `\\b` sees no end of a word there."""
_CHINESE_SIGN: Final = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=_KEPT)
def in_plain_words(text: str) -> str:
    """Return a text in plain words, without interjections and pictograms.

    A text of nothing else stays as it is. Most sessions speak one language: the patterns of the
    other one are never compiled.
    """
    plain = _PICTOGRAMS.sub(" ", text)
    has_chinese = _CHINESE_SIGN.search(plain) is not None
    if has_chinese:
        for pattern, one in loan_words():
            plain = pattern.sub(one, plain)
        plain = direct(HURRY.sub("", plain))
    for pattern, one in (*WITH, *english_slang(), *(chinese_slang() if has_chinese else ())):
        plain = pattern.sub(one, plain)
    plain = _BESIDE_CHINESE.sub(" ", plain)
    plain = SOUNDS_ZH.sub("", SOUNDS.sub(", ", plain)).lstrip(" ,")
    plain = spelled(plain)
    if not has_chinese:
        plain = without_rejected(in_active_voice(with_plain_removal(plain)))
    return plain.strip() if re.search(r"\w", plain) else text
