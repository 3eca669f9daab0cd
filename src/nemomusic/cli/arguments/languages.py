"""The language codes that `--language` takes."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.errors import ConfigurationError

_TWO_LETTERS: Final = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_THREE_LETTERS: Final = "cmn yue wuu nan hak fil haw ceb hmn gsw"
LANGUAGES: Final = frozenset(f"{_TWO_LETTERS} {_THREE_LETTERS}".split())
"""The accepted codes: all of ISO 639-1, and the common ones of ISO 639-3."""
_NAMES: Final = {
    "english": "en",
    "chinese": "zh-CN",
    "mandarin": "zh-CN",
    "中文": "zh-CN",
    "cn": "zh-CN",
    "japanese": "ja",
    "日本語": "ja",
    "jp": "ja",
    "korean": "ko",
    "한국어": "ko",
    "kr": "ko",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "portuguese": "pt",
    "italian": "it",
    "russian": "ru",
}
"""Names that people write in place of a code."""
_TAG: Final = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{2,8})*)", re.IGNORECASE)


def checked_language(text: str) -> str:
    """Return a language tag such as `zh-CN` (BCP 47), if it names a language.

    Raises:
        ConfigurationError: The tag names no language.
    """
    tag = text.strip().replace("_", "-")
    known = _NAMES.get(tag.lower())
    found = _TAG.fullmatch(tag)
    if known is None and found is not None and found[1].lower() in LANGUAGES:
        return found[1].lower() + found[2]
    raise ConfigurationError(
        f"{text!r} is not the code of a language",
        remedy=f"Write {known}." if known else "Write a code such as en, zh-CN or ja.",
    )
