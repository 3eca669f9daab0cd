"""Titles that are written without quotes: "put the title Summer with Joe on it".

In English, capital letters show where such a title begins and ends. It is put into quotes, so that
all rules read it as a title.
"""

from __future__ import annotations

import re
from typing import Final

_CAPITAL: Final = r"(?:[A-Z][\w'&!-]*|\d+)"
_SMALL: Final = (
    r"(?:in|of|the|a|an|and|at|on|with|to|for|from|by|my|our|is|was|vs|goes|turns|meets|takes|says"
    r"|hits|does|makes|n|over|under|into|through|after|before|between|without|near|above|below"
    r"|around|across|beyond|like|or|out|up|down|off)"
)
_RUN: Final = (
    rf"(?!(?:I|I'm|I'd|I'll|I've|OK|TV|TikTok|YouTube|Instagram|Chinese|English|Spanish"
    rf"|French)\b(?! [A-Z]))"
    rf"[A-Z][\w'&!-]*(?:,? (?:{_CAPITAL}|(?!(?:for|at|in|from|to) \d){_SMALL}(?= (?:{_CAPITAL}"
    rf"|{_SMALL} {_CAPITAL}))))*"
)
_NOUN: Final = r"(?i:titles?|captions?|heading|headline|lettering|words?|text)"
_SAYS: Final = (
    r"(?i:says?|saying|reads?|reading|should (?:say|read|be)|called|named|to say|to read)"
)
_WHERE: Final = (
    r"(?i:on|onto|over|across|in|at|to) (?i:it|there|this|that|(?:the|my|our) \w+)"
    r"(?: (?i:of|in) (?i:it|(?:the|my|our) \w+))?"
)
_PLACE: Final = rf"(?:{_WHERE} )?"
"""Says where the words of a title are, before they are said."""
_ON_SCREEN: Final = (
    r"(?i:(?:on|over) (?:it|there|this|that) as (?:a|the) (?:title|caption|heading)"
    r"|on (?:the )?(?:screen|picture|image|film|video)|across|over (?:the )?(?:picture|image"
    r"|it)"
    r"|(?:at|in) the (?:very )?(?:start|beginning|end|opening|middle|top|bottom|centre|center)"
    r"|as (?:a|the) (?:title|caption|heading))"
)
_TITLES: Final = tuple(
    re.compile(said)
    for said in (
        (
            rf"(?<!\w)(?P<lead>(?i:the|a|with|add|put|and|give it a|this|new"
            rf"|opening) (?:\w+ )?(?i:title|caption|heading)"
            rf"(?:,| (?i:is|be))?(?: {_PLACE}(?:that )?{_SAYS}| {_WHERE}(?=:))?[,:]? )"
            rf"(?P<title>{_RUN})"
        ),
        rf"(?P<lead>\b{_NOUN} {_PLACE}(?:that )?{_SAYS} )(?P<title>{_RUN})",
        rf"(?P<lead>\b(?i:words?|text|phrase|letters) )(?P<title>{_RUN})(?=,? {_ON_SCREEN}|\W*$)",
        (
            rf"(?P<lead>\b(?i:write|print|type|spell|spell out) )(?P<title>{_RUN})"
            r"(?= (?i:on|over|across) (?i:it|there|this|that|the|my|our)\b)"
        ),
        (
            rf"(?P<lead>\b(?i:write|put|show|display|stick|pop|have it say|(?:can|could) it say"
            rf"|make it say|say) )"
            rf"(?P<title>{_RUN})(?=,? {_ON_SCREEN})"
        ),
        (
            rf"(?P<lead>(?i:\b(?:title|caption|heading|text|wording)\b.{{0,60}}?\b(?:(?:it|that) )?"
            rf"(?:should|must|has to|needs to|ought to) (?:be|say|read)|\bchange the (?:title"
            rf"|caption"
            rf"|words?|text|wording)"
            rf" (?:\w+ )?(?:in)?to|\brename (?:it|the title) (?:in)?to) )(?P<title>{_RUN}(?:"
            rf" [a-z]+ \d+)?)"
        ),
    )
)
_REST: Final = re.compile(
    r"(?P<rest>(?: (?!(?:in|on|onto|at|over|across|for|from|with|under|and|but|to|then|instead"
    r"|please|pls|plz|thanks|thank|now|so|as|because|since|until|or|not|when|while|before|after"
    r"|only|too|also|again|it|that|this|i|we|you|is|was|white|black|red|bold|big|large|small)\b)"
    r"[a-z][\w'-]*){1,5})(?=(?: (?:instead|please|pls|now|thanks))*\W*$)"
)
"""Small words that end a title: "the title should say Grandma goes surfing instead"."""
_SAID: Final = re.compile(r"\b(?:says?|saying|reads?|reading|be|to)[,:]? $", re.IGNORECASE)
_QUOTES: Final = re.compile(r"[\"“”「『《]|(?<!\w)'[^']+'(?!\w)")


def with_quoted_titles(text: str) -> str:
    """Return an English text in which a title that is written without quotes is in quotes."""
    if not text.isascii() or text.isupper() or _QUOTES.search(text):
        return text
    for found in _TITLES:
        match = found.search(text)
        if match:
            start, end = match.span("title")
            rest = _REST.match(text, end) if _SAID.search(text[:start]) else None
            end = rest.end() if rest else end
            return f'{text[:start]}"{text[start:end].rstrip(",")}"{text[end:]}'
    return text
