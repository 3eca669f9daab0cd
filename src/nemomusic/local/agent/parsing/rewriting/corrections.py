"""English messages in which the writer takes words back, as they stand after that.

"Set it to 120 bpm, no, 100" asks for 100 bpm. Rules that look for names would take the first one.
"""

from __future__ import annotations

import re
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.words.common_words import QUOTED

_MARKER: Final = re.compile(
    r"\s*(?:[,.;:!?…]+|\s[-–—]+)\s*(?:(?:oh|er|uh|um|hmm|ah|oops|wait|sorry|or|and|ok"
    r"|well)[\s,.]+)*(?:no,? wait|no,? i (?:mean|meant)|wait,? no|no,? sorry|sorry,? no"
    r"|no,? actually|actually,? no|no,? rather|(?:scratch|strike) that|correction|i (?:mean"
    r"|meant)(?: to say)?|actually|sorry|no(?=\s*[,.:;!-]))\s*[,.:;!-]*\s+(?=[\w\"'])",
    re.IGNORECASE,
)
"""Takes back what stands before it: ", no wait, ", ". Sorry, I mean "."""
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_NOT_THIS: Final = re.compile(
    r"\W*not (?!too|so|that|this|bad|sure|yet|now|today|tonight|tomorrow|really|quite|very|every"
    r"|all|only|just|good|great|much|many|any|(?:to|in|for|at|if)\b)(?:(?:the|a"
    r"|an) )?[\w-]+, (?=\w+(?:\W|$))(?!(?:just|but|it|i|and|so|please|thanks|though|that)\b)",
    re.IGNORECASE,
)
"""Begins with what is not meant: "not faster, slower"."""
_WEAK: Final = re.compile(r"^\W*(?:sorry|no|actually)\W*$", re.IGNORECASE)
_MOST_AFTER_WEAK: Final = 3
"""Words of a correction after a marker that often begins a new sentence."""
_NUMBER: Final = re.compile(r"\d+(?:[.:]\d+)*")
_NAMED: Final = re.compile(r"^(?:the|a|an|some|my)\s+\w+(?:\s+\w+)?$", re.IGNORECASE)
_LAST_NAMED: Final = re.compile(r"\b(?:the|a|an|some|my)\s+\w+(?:\s+\w+)?$", re.IGNORECASE)
_LAST_WORD: Final = re.compile(r"[\w-]+\W*$")
_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|do|does|it'?s|that'?s|i)\b", re.IGNORECASE
)
_TELLS: Final = re.compile(
    r"^\W*(?:i|we|he|she|they|you|my|it'?s|that'?s|don'?t|do not|never|leave|keep|nothing|nah|no"
    r"|forget|stop|wait|thanks|thank|please)\b",
    re.IGNORECASE,
)
"""Begins with words that correct nothing: "actually no, don't"."""


_THEN: Final = (
    r"(?=(?:please )?(?:make|mute|unmute|turn|take|lose|drop|remove|add|put|lower|raise|cut|use"
    r"|give|change|fade|kill|bring|set|switch|get rid|swap)\b)"
)
_ORDERS: Final = re.compile(
    r"(?:please |just |can you |could you )*(?:make|mute|unmute|turn|take|lose|drop|remove|add|put"
    r"|lower|raise|cut|use|give|change|fade|kill|bring|set|switch|swap|keep|play|try|go|trim|start"
    r"|stop|end|show|write|undo|slow|speed|crank|tone|boost|reduce|increase|shorten|extend|rename"
    r"|quiet|soften|dial|push|pull|transpose|crop|join|delete|restore)\b",
    re.IGNORECASE,
)
"""Begins with an order, so that a correction stands for all that was said before."""
_DENIED_FIRST: Final = re.compile(
    r"^\W*(?:please )?(?:don'?t|do not) (?:make|mute|remove|add|touch|change|use|delete|take|put"
    r"|turn|raise|lower)\b(?!.*\b(?:when|while|until|till|before|unless|if"
    r"|whenever)\b)[^,;.]{2,40}[,;.]+"
    rf" (?:but |rather |instead |just )*{_THEN}",
    re.IGNORECASE,
)
"""Begins with an order that is denied, before one that is given: "don't mute the music, mute …"."""
_KEPT_FIRST: Final = re.compile(
    r"^\W*(?:please )?(?:keep|leave) (?:the )?(?P<kept>\w+)(?: in| alone| (?:as|where) (?:it is"
    rf"|they are))?(?:,| but|, but| and)? (?:but )?{_THEN}"
    r"(?!.*\b(?:else|rest|others?|everything|all)\b)",
    re.IGNORECASE,
)
"""Begins with an instrument that stays, before an order: "keep the drums but lose the piano"."""


def corrected(text: str) -> str:
    """Return an English message with its corrections carried out.

    Args:
        text: The message.
    """
    if _CHINESE.search(text):
        return text
    if denied := _DENIED_FIRST.match(text):
        return text[denied.end() :]
    kept = _KEPT_FIRST.match(text)
    if kept and [one.kind for one in find_terms(kept["kept"])] == ["instrument"]:
        return text[kept.end() :]
    if _NOT_THIS.match(text):
        return _NOT_THIS.sub("", text)
    found = list(_MARKER.finditer(text))
    quoted = [match.span() for match in QUOTED.finditer(text)] if found else []
    found = [one for one in found if not any(a < one.start() < b for a, b in quoted)]
    if not found:
        return text
    last = found[-1]
    before, after = text[: found[0].start()].strip(), text[last.end() :].strip(" ,.!?")
    if not before or not after or _TELLS.match(after):
        return text
    return _replaced(before, after, weak=bool(_WEAK.match(last[0]))) or text


def _replaced(before: str, after: str, *, weak: bool) -> str | None:
    """Return words in which the end is replaced by its correction, or None.

    Args:
        before: The words before the correction.
        after: The correction.
        weak: Whether the marker between them may begin a new sentence, too.
    """
    words = after.split()
    if QUOTED.fullmatch(after) and len(QUOTED.findall(before)) == 1:
        return QUOTED.sub(lambda _: after, before)
    after = re.sub(r"\s+instead$", "", after, flags=re.IGNORECASE)
    if weak and words[:2] == before.split()[:2]:
        return after  # "make it rock. Actually, make it pop"
    if weak and (len(words) > _MOST_AFTER_WEAK or _VERB.search(after)):
        return None
    old, new = _NUMBER.findall(before), _NUMBER.findall(after)
    if len(words) <= _MOST_AFTER_WEAK + 1 and len(old) == 1 and len(new) == 1:
        return _NUMBER.sub(lambda _: new[0], before)
    if old or new:
        return None
    if _NAMED.match(after):
        named = _LAST_NAMED.search(before)
        return None if named is None else f"{before[: named.start()]}{after}"
    if len(words) == 1:
        return _LAST_WORD.sub(lambda _: after, before)
    return after if not weak and _ORDERS.match(after) else None
