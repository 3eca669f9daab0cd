"""Find and drop apologies that mean nothing, such as "I encountered a temporary issue"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.protocol.agent_text.text_patterns import any_matches, fold_case, split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

_TROUBLE = r"(?:temporary|brief|transient|technical|unexpected|intermittent|minor|small|internal)"
_ISSUE = r"(?:issue|problem|error|glitch|hiccup|difficulty|difficulties)s?"
_ISSUES: Final = (
    *("issue", "problem", "error", "glitch", "hiccup", "difficult"),
    *("问题", "错误", "故障", "异常"),
)
APOLOGIES: Final = (
    (
        r"(?:i'?m |i am |we'?re |we are )?(?:so |very |really |terribly )?sorry"
        r"(?: about (?:that|this)| for (?:the|any|this) (?:inconvenience|trouble|delay|confusion))?"
    ),
    (
        r"(?:i |my |we |our )?(?:sincerely )?apolog(?:ies|i[sz]e)"
        r"(?: for (?:the|any|this) (?:inconvenience|trouble|delay|confusion))?"
    ),
    (
        r"(?:please )?(?:try|retry|ask)(?: it| this| that| me)?(?: again)?"
        r"(?: later| shortly| in a (?:moment|minute|bit|few (?:moments|minutes|seconds)|while)|"
        r" now| soon)?"
    ),
    r"抱歉|非常抱歉|很抱歉|对不起|不好意思|给您带来不便.{0,8}|请?您?(?:稍后|稍候|过一会儿|一会儿)?(?:再试|重试)(?:一次|一下)?",
)
TROUBLES: Final = (
    (
        r"(?:it (?:seems|looks like|appears)(?: that)? )?(?:i|we)(?:'ve| have| am| are|'m)? "
        r"(?:encountered|encountering|ran into|run into|hit|experienced|experiencing|having|faced) "
        rf"(?:a|an|some) (?:{_TROUBLE} )+{_ISSUE}"
        r"(?: (?:on (?:my|our) (?:end|side)|with (?:the|my|our) (?:service|system|server)|"
        r"at the moment|right now|just now))*"
        r"(?: (?:while|when|in) (?:processing|handling|completing|responding to|generating)"
        r"[\w\s]{0,60})?"
    ),
    (
        rf"there (?:was|is|seems to be) (?:a|an|some) (?:{_TROUBLE} )+{_ISSUE}"
        r"(?: (?:on (?:my|our) (?:end|side)|with (?:the|my|our) (?:service|system|server)))?"
    ),
    (
        r"(?:但是?)?(?:我|系统|服务)?(?:刚刚|刚才|这边|暂时)*(?:遇到|出现|发生)了?(?:一个|一些|点)?"
        r"(?:临时|暂时|短暂|意外|技术)(?:性)?的?(?:小)?(?:问题|错误|故障|异常)"
    ),
)


def _may_trouble(text: str) -> bool:
    """Return whether a text has a word that every pattern of TROUBLES needs.

    Most texts have none.
    """
    lower = fold_case(text)
    return any(word in lower for word in _ISSUES)


def is_apology(text: str) -> bool:
    """Return whether a text only apologizes for a temporary problem."""
    if not _may_trouble(text):
        return False
    kinds = [_sorry_or_trouble(part) for part in split_sentences(" ".join(text.split()))]
    return "" not in kinds and "trouble" in kinds


def strip_trailing_apology(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the texts without an apology at their end, unless they hold nothing else.

    An apology after normal replies is noise (docs/protocol.md).
    """
    kept = list(texts)
    while kept and (not kept[-1].strip() or is_apology(kept[-1])):
        kept.pop()
    if not kept or not _may_trouble(kept[-1]):
        return tuple(kept or texts)
    sentences = split_sentences(kept[-1])
    start = len(sentences)
    while start and _sorry_or_trouble(sentences[start - 1]):
        start -= 1
    if is_apology("".join(sentences[start:])):
        kept[-1] = "".join(sentences[:start]).rstrip()
    return tuple(kept)


def _sorry_or_trouble(sentence: str) -> str:
    """Return "trouble" or "sorry" for an apology; "" if the sentence says anything else."""
    kinds = set()
    for part in re.split(r"[,;，；—–]+|\s-\s|\band\b|\bbut\b", sentence.replace("’", "'")):
        part = part.strip(" \t\r\n.!?…。！？*_()")  # noqa: PLW2901
        if not part:
            continue
        if any_matches(part, TROUBLES):
            kinds.add("trouble")
        elif any_matches(part, APOLOGIES):
            kinds.add("sorry")
        else:
            return ""
    return "trouble" if "trouble" in kinds else "sorry" if kinds else ""
