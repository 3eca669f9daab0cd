"""English messages that take an order back, put it off, or only quote it.

"Remove the drums - never mind, it's good" holds an order word by word, and asks for nothing. So
does 'my sister typed "remove the drums"'. Whatever was read from such a message is asked first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.rules.order_detection import ORDER_EN
from nemomusic.local.agent.parsing.words.common_words import QUOTED, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLAUSE: Final = pattern(r"[,;:.!?]+(?!\d)\s*|\s-+\s|\b(?:and|but|because|so|then)\b")
_TAKEN_BACK: Final = pattern(
    r"(?:[,;.!?\n]|\s-|^|\b(?:no|actually|but|wait|ok|well|oh|so|then))\s*(?:never ?mind|nvm"
    r"|forget (?:it|that|about it|about that|this)|scrap (?:that|it|this)"
    r"|scratch (?:that|it|this)|cancel (?:that|it|this)"
    r"|(?:please )?(?:don'?t|do not) (?:do it|bother|change anything)"
    r"|(?:let'?s )?(?:leave|keep) (?:it|that|everything)(?: (?:as it is"
    r"|as is|like (?:this|that|it is)|the way it is|alone|be))?|it'?s (?:fine|good|ok|okay"
    r"|perfect|great) (?:as it is|as is|like (?:this|that)|the way it is)|ignore (?:that|this|me"
    r"|it|what i (?:said|wrote)))(?=\s*(?:$|[,;.!?:)]|-|\b(?:it|i|we|the|for now)\b))",
)
"""Takes back what stands before it."""
_JEST: Final = pattern(
    r"\b(?:i(?:'?m| am| was)|we(?:'re| are| were)) (?:(?:just|only|obviously|totally) )*(?:joking"
    r"|kidding|messing with you)\b|\b(?:just|only) (?:kidding|joking)\b|\bi kid\b|\bj/?k\b",
    r"\b(?:just|only) messing(?: with you| around| about)?(?=\W*$|\s*[,;.!?])",
)
"""Says that what stands before it was no order."""
_DOUBTS: Final = pattern(
    r"^\W*(?:i'?m |i am )?(?:not|un)\s?sure (?:if|whether) (?:i|we) (?:should|want|need|dare)\b",
    r"\b(?:i|we)(?:'ll| will| need to| have to| must|'d have to|'m going to) (?:first )?(?:think"
    r" (?:about|on|it over)|sleep on|mull)\b",
    r"\b(?:but|only|just) not yet\b|\bwait (?:till|until|for) (?:i|me|my)\b",
)
"""Has not yet decided: "I will think about it"."""
_INTRODUCED: Final = pattern(
    r"^[^:\"]*\b(?:ignore|disregard|(?:did|made|done|fixed|changed|solved) what|imagine"
    r"|already (?:did|made|have|had|done)|later|tomorrow|next (?:time|week|month|video)"
    r"|some ?day|forget|(?:don'?t|do not|no longer|never) (?:want|need|do|like)|"
    r"(?:not|never) (?:this|that)|(?:he|she|they|my \w+) (?:\w+ )?(?:said|says|wrote|told|asked"
    r"|typed|texted|suggested)|what not to)\b[^:\"]*:\s(?=\S)",
)
"""Introduces what is not ordered, before a colon: "ignore this: ..."."""
_SUPPOSED: Final = pattern(
    r"\b(?:imagine|suppose|supposing|pretend|assume|assuming|what if|say) (?:that )?(?:i|we)"
    r" (?:told|asked|said|typed|wrote|ordered)\b",
    r"\bif (?:i|we|you|someone) (?:\w+ )?(?:typed?|wrote|write|said|say|told|asked|entered?)\b",
    r"\bwhat (?:does|do|is|happens)\b[^\"“]*[\"“]|\b(?:means?|meaning) (?:by )?[\"“'‘]"
    r"|[\"”'’]\s*(?:means?|lol|haha\w*)\b",
)
"""Supposes an order, or asks what it means."""
_DONE: Final = pattern(
    r"\byou (?:already |just |really |have |'ve )*(?:did|done|made|got) (?:exactly |just |precisely"
    r" )?(?:that|this|it(?= (?:perfectly|exactly|just|right|already|well))|what (?:i|we))\b",
    r"\b(?:already|just) did (?:that|it|this)\b",
)
"""Tells that it is done."""
_OF_OTHERS: Final = pattern(
    r"\b(?:my|our|his|her|the|a|some) (?:\w+ )?\w+ (?:\w+ )?(?:told|asked|tells|asks|ordered"
    r"|commanded|instructed) (?:his|her|their|the|an?|another|chat ?gpt|alexa|siri) \w+",
    r"\b(?:it|that|this) (?:went|turned out|was|worked) (?:\w+ )?(?:wrong|badly|a disaster|awful"
    r"|terrible|horribl[ey]|for (?:him|her|them|us))\W*$",
)
"""Tells what others asked another one to do."""
_CITES: Final = pattern(
    r"\b(?:i|he|she|they|we|you|someone|somebody|people|comments?|(?:my|our|his|her|the|a) \w+)"
    r" (?:\w+ )?(?:typed?|types|wrote|writes|said|says|saying|texted|commented|asked|posted|entered"
    r"|shouted|whispered|tweeted)\b(?: \w+)?[\s,:]*[\"“'‘]",
)
"""Quotes words of somebody, or asks about them."""
_RETHOUGHT: Final = pattern(
    r"\b(?:i (?:mean|meant)(?! (?:it|that|so|business|well)\b)|no,? wait|wait,? no"
    r"|(?:scratch|strike) that|actually,? no|no,? actually|correction|or rather)\b[\s,:.!-]+(?=\w)"
)
"""Takes an order back for another one, and was not carried out before."""
_WISHED: Final = pattern(
    r"\b(?:pleas\w*|pls|should|must|needs?|wants?|would|titles?|captions?|texts?|screen"
    r"|seconds?|no music)\b"
)
"""Wishes for something outside the quotes."""
_SENTENCE: Final = pattern(r"[.!?;]+\s+|\bso (?=please|can you|could you)")
_LATER: Final = pattern(r"[,;.!?]+\s|\s-\s|\b(?:but|instead|rather|and then)\b")


def takes_back(text: str) -> bool:
    """Return whether an English message takes back, puts off or only quotes its order.

    Args:
        text: The message, in plain words.
    """
    if not text.isascii():
        return False
    said = QUOTED.sub(" ", text)
    if _SUPPOSED.search(text) or _is_cited(text, said):
        return True
    again = _RETHOUGHT.search(said)
    if again and all(map(_names_work, (said[: again.start()], said[again.end() :]))):
        return True
    if (jest := _JEST.search(said)) and not _orders_anew(said[jest.end() :]):
        return True
    for found in _TAKEN_BACK.finditer(said):
        if _orders(_CLAUSE.split(said[: found.start()])) and not _orders(
            _CLAUSE.split(said[found.end() :])
        ):
            return True
    if _INTRODUCED.search(text):
        return True
    if (doubt := _DOUBTS.search(said)) and not _orders_anew(said[doubt.end() :]):
        return True
    if (others := _OF_OTHERS.search(said)) and not _asks_after(said[others.end() :]):
        return True
    told = _DONE.search(said)
    return told is not None and not _orders_anew(said[told.end() :])


def _orders_anew(rest: str) -> bool:
    """Return whether a new clause orders something."""
    return any(map(ORDER_EN.match, _LATER.split(rest)[1:]))


def _asks_after(rest: str) -> bool:
    """Return whether a new sentence orders something."""
    return any(map(ORDER_EN.match, _SENTENCE.split(rest)[1:]))


def _is_cited(text: str, said: str) -> bool:
    """Return whether an order stands in quotes that somebody's words are in."""
    if said == text or not _CITES.search(text) or _WISHED.search(said):
        return False
    return not any(map(ORDER_EN.match, _CLAUSE.split(said)))


def _names_work(said: str) -> bool:
    return bool(find_terms(said)) or any(map(ORDER_EN.match, _CLAUSE.split(said)))


def _orders(clauses: Iterable[str]) -> bool:
    """Return whether one of several clauses orders something, or names a music."""
    return any(
        ORDER_EN.match(one) or find_terms(one) or len(one.split()) > 2 for one in clauses if one
    )
