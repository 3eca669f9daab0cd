"""Wishes in the passive voice turned into orders: "the choir has to be removed".

The rules look for orders such as "remove the choir". People also write "could the choir be
removed", "I'd like the choir gone", "the choir could be a bit softer" and "it would be nicer if the
choir were softer". Each becomes the order that it stands for.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Final

_PARTICIPLES: Final = {
    **{
        f"{verb}ed": verb
        for verb in (
            *("add", "boost", "chop", "crank", "crop", "dial", "drop", "duck", "export", "flip"),
            *("join", "lower", "pull", "push", "shorten", "soften", "switch", "trim", "turn"),
            *("convert", "thin", "swap", "revert", "bump", "strip", "strengthen"),
        )
    },
    **{
        f"{verb}d": verb
        for verb in (
            *("change", "combine", "decrease", "delete", "double", "fade", "halve", "increase"),
            *("mute", "move", "raise", "reduce", "remove", "replace", "restore", "reverse"),
            *("silence", "tone", "transpose", "unmute", "use", "merge", "erase", "exchange"),
        )
    },
    "trimmed": "trim",
    "chopped": "chop",
    "cropped": "crop",
    "dropped": "drop",
    "flipped": "flip",
    "swapped": "swap",
    "thinned": "thin",
    "stripped": "strip",
    "cut": "cut",
    "taken": "take",
    "brought": "bring",
    "slowed": "slow",
    "sped": "speed",
    "undone": "undo",
    "put": "put",
    "set": "set",
    "kept": "keep",
    "thrown": "throw",
    "played": "play",
    "dialled": "dial",
    "made": "make",
    "given": "give",
    "shown": "show",
}
"""Verbs of orders by their participles."""
_BEGIN: Final = r"(?P<begin>^|[,.;:!?]\s*|\b(?:and|so|but|then|because)\s+)"
_LEAD: Final = r"(?:(?:ok|okay|hey|please|also|well|honestly|actually|oh|maybe|i think)[\s,]+)*"
_NOT_IN_IT: Final = (
    r"and|but|so|be|if|because|which|who|what|why|how|when|i|you|we|he|she|they|i'd|would|not|only"
)
_IT: Final = (
    rf"(?P<it>(?!(?:there|nothing|no one|to)\b)(?:(?!\b(?:{_NOT_IN_IT})\b)[^,.;:!?]){{2,60}}?)"
    r"(?<!\bthe)(?<!\bmy)(?<!\bto)"
)
_MODAL: Final = (
    r"(?:should|could|can|must|may|might|needs? to|ha(?:s|ve) (?:got )?to|had better|ought to)"
)
_SMALL: Final = r"(?:(?:please|also|just|maybe|possibly|really|all|now|still|perhaps|then) )*"
_BETTER: Final = (
    r"(?P<how>(?:(?:a|an) (?:bit|little|touch|tad|notch|lot|hair) |(?:much|far|way|slightly|lots"
    r"|even|somewhat|only) )*"
    r"(?:(?!(?:her|over|under|after|later|other|either|ever|never|together)\b)\w{2,}er\b(?! than)"
    r"|(?:more|less) \w+|(?:half|twice) as \w+))"
)
_WANTS: Final = (
    r"(?:(?:i|we)(?:'d| would)? (?:really |much )?(?:like|love|want|need|prefer|rather have"
    r"|rather see|rather)|(?:can|could|may) (?:i|we) (?:please )?(?:have|get))"
)
_NICE: Final = (
    r"(?:(?:it|that)(?:'d| would| might)|wouldn't it|would it not) (?:\w+ ){0,2}?be (?:\w+ )?"
    r"(?:nicer?|good|better|great|cool(?:er)?|lovely|awesome|perfect|best|stronger|wonderful|fun)"
    r" (?:if|when)"
)
_GONE: Final = (
    r"(?:go|disappear|vanish|come (?:off|out)|be (?:gone|out|off))(?=\W*(?:$|[,.;:!?]"
    r"|from (?:the|my)|please|for good|completely|entirely|altogether|away))"
)


@cache
def _orders() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns of wishes, each with the verb of its order; "" for that of a participle."""
    done = rf"(?P<verb>{'|'.join(sorted(_PARTICIPLES, key=len, reverse=True))})\b(?! by\b)"
    found = (
        (rf"(?:can|could|may|might) {_IT} {_SMALL}be {_SMALL}{done}", ""),
        (rf"{_IT} {_MODAL} {_SMALL}be {_SMALL}{done}", ""),
        (rf"{_WANTS} {_IT} (?:to be |was |were )?{_SMALL}{done}", ""),
        (rf"{_NICE} {_IT} (?:was|were|could be|got) {_SMALL}{done}", ""),
        (rf"{_WANTS} {_IT} (?:to be )?gone", "remove"),
        (rf"(?:can|could|may) {_IT} {_SMALL}{_GONE}", "remove"),
        (rf"{_IT} {_MODAL} {_SMALL}{_GONE}", "remove"),
        (rf"(?:can|could|may) {_IT} {_SMALL}be {_SMALL}{_BETTER}", "make"),
        (rf"{_IT} {_MODAL} {_SMALL}be {_SMALL}{_BETTER}", "make"),
        (rf"{_WANTS} {_IT} (?:to be |was |were )?{_SMALL}{_BETTER}", "make"),
        (rf"{_NICE} {_IT} (?:was|were|could be|got|became) {_SMALL}{_BETTER}", "make"),
    )
    return tuple(
        (re.compile(f"{_BEGIN}{_LEAD}{said}", re.IGNORECASE), verb) for said, verb in found
    )


_QUOTE: Final = r"(\ue000\d+\ue000)"
_CUT_END: Final = r"((?:the )?(?:last|first|final|opening) \w+ seconds?)\b(?!.*\bmusic\b)"
_WRONG: Final = r"typo|mistake|wrong|misspel\w+"
_UNNEEDED: Final = (
    r"(?:we |i )?(?:don't|do not) need (?:them|it|that|those)"
    r"|(?:and|they|those|that) (?:should|can|could|has to|must|have to) go"
)


@cache
def _told() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns of complete wishes that tell what is wrong, each with its order."""
    found = (
        (
            rf"^.*\btitle\b.*\b(?:{_WRONG}|isn't (?:quite )?(?:it|right))\b.*?{_QUOTE}.*$",
            r"please change the title to \1",
        ),
        (rf"^.*\b(?:{_WRONG}|bad)\b.*\btitle\b.*?{_QUOTE}.*$", r"please change the title to \1"),
        (rf"^.*\b(?:has no title|give it a title)\b.*?{_QUOTE}.*$", r"please add the title \1"),
        (
            rf"^.*\btitle\b.*\bmake it (?:say|read)\b.*?{_QUOTE}.*$",
            r"please change the title to \1",
        ),
        (rf"^.*?{_CUT_END}.*\b(?:{_UNNEEDED})\b.*$", r"please remove \1"),
        (r"\bonly (the \w+ clip|[\w-]+\.\w+) should (?:stay|remain)\b", r"please use only \1"),
        (r"^(?P<one>[\w-]+\.\w+|the \w+ clip) can go, keep the other.*$", r"please remove \1"),
    )
    return tuple((re.compile(said, re.IGNORECASE), order) for said, order in found)


_HOLDS_ONE: Final = re.compile(
    r"\b(?:be|gone|go|disappear|vanish|come|like|love|want|need|prefer|rather|have|was|were)\b",
    re.IGNORECASE,
)


def in_active_voice(text: str) -> str:
    """Return an English text in which wishes in the passive voice are orders."""
    for pattern, order in _told():
        text = pattern.sub(order, text)
    if not _HOLDS_ONE.search(text):
        return text
    for pattern, verb in _orders():
        text = pattern.sub(partial(_order, verb=verb), text)
    return text


def _order(match: re.Match[str], verb: str) -> str:
    named = match.groupdict()
    verb = verb or _PARTICIPLES[named["verb"].lower()]
    return " ".join(
        f"{named['begin']}please {verb} {named['it']} {named.get('how') or ''}".split(" ")
    ).rstrip()
