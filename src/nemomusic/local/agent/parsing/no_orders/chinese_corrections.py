"""Chinese messages in which the writer takes words back, as they stand after that.

"速度120，不对，100" and "速度从120改成100" ask for 100 bpm. Rules that look for names would take
the first one.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rewriting.traditional_chinese import in_simplified
from nemomusic.local.agent.parsing.rules.order_detection import is_order
from nemomusic.local.agent.parsing.words.common_words import HELD

_BREAK: Final = r"[，,。！!？?；;…\s.]"
_MARKER: Final = (
    rf"{_BREAK}+(?:哦|噢|喔|啊|呃|额|欸|诶|唉|哎呀?|嗯|等等|抱歉|不好意思)?{_BREAK}*"
    rf"(?:(?:不|不是|不对|错了|我?[说打写]错了|更正|我是说|我的意思是|应该是)(?:{_BREAK}+"
    rf"|(?<=不)(?=不)|(?=不对)))+"
    rf"|{_BREAK}+(?:哦|噢|喔|啊|呃|额|欸|诶)(?:不对?|不是|错了){_BREAK}*"
    rf"|{_BREAK}+(?:我?[说打写]错了|不对|我是说)(?={_BREAK}*(?:是|\d|\ue000))|{_BREAK}+应该是(?=\d)"
)
"""Takes back what stands before it: "，不对，"."""
_UNIT: Final = r"(?:\s*(?:bpm|%|秒|拍|成))"
_NUMBER: Final = rf"\d+(?:[.:]\d+)?{_UNIT}?"
_BARE: Final = rf"^(?:前|后|第|最后)?\s*{_NUMBER}{_UNIT}?(?:吧|的|才对|就好)?$"
_KEY: Final = r"[升降]?[A-Ga-g][#b]?\s*(?:大调|小调)"
_STAYS: Final = r"就(?:是|这|现在)|还是(?:别|不|算)|现在这样|算了|别|不用|不要了?$"
_HELD: Final = HELD.pattern.replace("(", "(?:")
_FROM: Final = r"(?:从|由)?"
_INTO: Final = r"(?:改|换|变|转|切|调|降|升|提|拉|移|挪)(?:成|回|为|到|做|至|得)?"
_SHAPE: Final = r"(?:横屏|竖屏|方屏|[横竖方](?:版|的|着)|正方形|16:9|9:16|1:1|4:5)"
_REPLACED: Final = tuple(
    rf"{_FROM}{value}(?:的(?=[改换变转切调降升]))?\s*(?P<verb>{_INTO})\s*(?={value})"
    for value in (
        r"\d{2,3}(?![\d:秒])\s*(?:%|％|bpm|拍)?",
        r"第?\s*\d+(?:\.\d+)?\s*秒",
        _KEY,
        r"[大小]调",
        _SHAPE,
        _HELD,
    )
)
"""Names what is there before what is wished: "从120改成100"."""
_TITLE: Final = (
    rf"(?:标题)?(?:不要|别|不是|不想|不)再?(?:叫|写|用|是)?{_HELD}了?[，,\s]+"
    r"(?:而是|应该|改|换|要|就)*(?:叫|成|写|用|是)*(?=\ue000)"
    r"|(?:这个)?标题(?:不要了?|别?(?:不要)?叫这个名?字?了?)[，,\s]+"
    r"(?:就|改|换|要)*(?:成|用|叫|写)(?=\ue000)"
)
"""Rejects a title before another one: "标题不要叫“春天”，叫“夏天”"."""
_BETWEEN_NAMES: Final = (
    r"(?:的|风格?|音乐|曲风?|感|一?[点些])*(?:改|换|变|转|切)(?:成|回|为|到|得)?(?:更|很|有点)?"
)


@cache
def _compiled(said: str) -> re.Pattern[str]:
    """Compile a pattern at its first use: most sessions speak one language."""
    return re.compile(said, re.IGNORECASE)


def corrected_chinese(text: str) -> str:
    """Return a Chinese message with its corrections carried out.

    Args:
        text: The message.
    """
    if text.isascii():
        return text
    quotes = HeldQuotes()
    held = in_simplified(quotes.hold(text))
    kept = _without_replaced(held)
    if kept != held:
        return quotes.restore(kept)
    found = list(_compiled(_MARKER).finditer(held))
    if not found:
        return text
    before = held[: found[0].start()].strip()
    after = held[found[-1].end() :].strip(" ，,。.!！…")
    if not before or not after or _compiled(_STAYS).match(after):
        return text
    plain = _replaced(before, re.sub(r"^(?:应该)?是(?!不是)", "", after).strip())
    return text if plain is None else quotes.restore(plain)


def _without_replaced(held: str) -> str:
    """Return a message without what it names only as what is to be replaced."""
    plain = _compiled(_TITLE).sub("标题改成", held)
    for said in _REPLACED:
        plain = _compiled(said).sub(r"\g<verb>", plain)
    for value in (_KEY, r"[大小]调", _SHAPE, r"\d{2,3}(?:\s*bpm)?"):
        denied = (
            rf"(?<!是)不(?:是|要){value}(?:了|的)?[，,\s]*(?:而是|是|要|改"
            rf"|换)(?:成)?\s*(?={value})"
        )
        plain = _compiled(denied).sub("要", plain)
    terms = [one for one in find_terms(plain) if one.kind in {"style", "mood"}]
    for one, two in reversed(list(pairwise(terms))):
        between = plain[one.end : two.start]
        if one.kind == two.kind and _compiled(_BETWEEN_NAMES).fullmatch(between):
            return plain[: one.start].removesuffix("从").removesuffix("由") + plain[one.end :]
    return plain


def _replaced(before: str, after: str) -> str | None:
    """Return words in which the end is replaced by its correction, or None."""
    if HELD.fullmatch(after):
        return HELD.sub(lambda _: after, before) if len(HELD.findall(before)) == 1 else None
    old = _compiled(_NUMBER).findall(before)
    if _compiled(_BARE).match(after) and len(old) == 1:
        (new,) = _compiled(_NUMBER).findall(after)
        if not re.search(_UNIT, new, re.IGNORECASE):
            new += "".join(re.findall(rf"{_UNIT}$", old[0], re.IGNORECASE))
        return before.replace(old[0], new)
    keys = _compiled(_KEY).findall(before)
    if len(keys) == 1 and (key := _compiled(_KEY).match(after)):
        return before.replace(keys[0], key[0])
    if is_order(after) and not re.search(r"\d", before):
        return after
    return _renamed(before, after)


def _renamed(before: str, after: str) -> str | None:
    """Return words in which the last name is replaced by another one of its kind, or None."""
    new = find_terms(after)
    if len(new) != 1 or len(after) - (new[0].end - new[0].start) > 3:
        return None
    old = [one for one in find_terms(before) if one.kind == new[0].kind]
    if not old:
        return None
    name = after[new[0].start : new[0].end]
    return f"{before[: old[-1].start]}{name}{before[old[-1].end :]}"
