"""English clauses that tell why something is wished for, and ask for nothing themselves.

"Put it in G major so I can play along on the ukulele" asks for a key, and "no music from 6 to 8,
you should only hear the whistle there" for a pause. Neither asks for an instrument.
"""

from __future__ import annotations

import re
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes

_OTHERS: Final = (
    r"(?:i|we|he|she|they|people|ppl|everyone|everybody|folks|viewers|listeners"
    r"|grandpa|grandma|granny|mom|mum|mama|dad|papa"
    r"|(?:my|our|his|her|their|the) (?!music|song|track|tune|film|video|clip|voice|sound|drums"
    r"|bass|piano|guitar|strings|violin|flute|sax)[\w']+"
    r"(?: (?!can|could|will|should|may|must)[\w']+){0,2}?)"
)
_ANYONE: Final = rf"(?:you|u|ya|{_OTHERS})"
_MAY: Final = (
    r"(?:can|could|may|should|shall|will|would|must|won'?t|can'?t|cannot|couldn'?t|don'?t"
    r"|doesn'?t|get to|(?:am|are|is) able to)"
    r"(?: (?:only|just|still|also|really|actually|all|even|always|better))*"
)
_PERCEIVE: Final = (
    r"(?:hear|listen|see|watch|read|understand|follow|notice|enjoy|feel|know|get|catch)"
)
_PERFORM: Final = (
    r"(?:play|sing|dance|say|talk|speak|explain|practi[cs]e|rehearse|jam|join|hum|clap|learn)"
)
_PERFORMS: Final = (
    r"(?:hears?|sees?|says?|speaks?|talks?|plays?|sings?|whistles?|shouts?|explains?|tells?"
    r"|laughs?)"
)
_NO_CHANGE: Final = (
    r"(?![^,;.!?]*\b(?:more|less|fewer|louder|quieter|softer|faster|slower|instead)\b)"
)
"""A clause that compares is a wish of its own: "I want people to hear more piano"."""
_STOP: Final = r"(?:\s*[,;.!]+\s*|\s+-+\s+)"
_REST: Final = r"\b[^,;.!?]*"
_SO_THAT: Final = (
    rf"(?:{_STOP}|\s+)(?:(?:and )?(?:so|then|because|since|otherwise)(?: that)?|(?:so )?that way"
    rf"|in order that|(?:over |in )?there)(?: then)? "
    rf"(?:{_ANYONE} {_MAY} {_PERCEIVE}|{_OTHERS} {_MAY} {_PERFORM}|{_OTHERS} {_PERFORMS}){_REST}"
)
"""Names a consequence: "so my daughter can sing along", "there she tells the joke"."""
_SHOULD_HEAR: Final = (
    rf"{_STOP}(?:here |there )?{_ANYONE} (?:should|must|shall|(?:need|have|has|ought) to)"
    rf"(?: (?:only|just|really|all|still))* (?:hear|see|notice|understand)"
    rf"{_NO_CHANGE}{_REST}"
)
_WANT_HEARD: Final = (
    rf"(?:{_STOP}|\s+(?:because|since|as|cause)\s+)(?:i|we)(?:'d| would)? (?:want|like|need|wish"
    rf"|love)(?: for)? {_ANYONE} to (?:(?:only|just|really|all) )*{_PERCEIVE}"
    rf"{_NO_CHANGE}{_REST}"
)
_APOLOGY: Final = (
    r"^\W*(?:(?:oh|ah|ok|so|very|really) )*(?:sorry|o+ps|whoops|my (?:bad|mistake|fault)"
    r"|apologies),? (?:i|we|my [\w']+)\b[^,;.!?]*[,;.!?]+\s*"
)
"""Tells what went wrong: "sorry, I was too quick"."""
_REASON: Final = re.compile(f"{_APOLOGY}|{_SO_THAT}|{_SHOULD_HEAR}|{_WANT_HEARD}", re.IGNORECASE)
_CIRCUMSTANCE: Final = re.compile(
    rf"(?:^\W*|{_STOP})(?:(?:and|but|because|since|as|well) )?"
    r"(?:(?:i|we|he|she|they|people|everyone|everybody)(?:'m|'re|'s|'ve)?"
    r"|(?:my|our|his|her|their) [\w']+)\b"
    r"(?P<told>[^,;.!?]*)(?=[,;.!?]|$)",
    re.IGNORECASE,
)
"""A clause that may tell of people alone: "we are climbing, not sleeping"."""
_OF_WORK: Final = re.compile(
    r"\b(?:music|songs?|tunes?|tracks?|beats?|sounds?|audio|voices?|vocals|volume|noise|titles?"
    r"|captions?|text|clips?|videos?|films?|movie|footage|shots?|scenes?|fad\w+|cuts?|trim\w*"
    r"|seconds?|secs?|minutes?|start|end|ending|beginning|intro|outro|drop|versions?|one|part|style"
    r"|mood|vibe|tempo|key|bpm|credits?|export|undo|redo|it|that|this|them|those|these"
    r"|wants?|needs?|likes?|loves?|prefers?|hates?|wish\w*|would|should|must|please|pls|think|hope"
    r"|expect|asked|said|told|can|could|may|might|will|let|too|more|less|only|instead"
    r"|don'?t|do not|not sure|never mind|maybe|perhaps|later|if|when|while|until|unless"
    r"|jok\w+|kid\w*|test\w*|lied|lying|wrong|mistak\w+|chang\w+|regret\w*|tried|trying to|did|done"
    r"|used to|decid\w+|already|told)\b|'d\b"
    r"|'ll\b|\d",
    re.IGNORECASE,
)
"""Speaks of the work, of a wish, or of another time."""


def without_reasons(text: str) -> str:
    """Return an English message without its clauses of reason, or the message as it is."""
    if not text.isascii():
        return text
    quotes = HeldQuotes()
    held = quotes.hold(text)
    rest = _CIRCUMSTANCE.sub(_kept, _REASON.sub("", held))
    return text if rest == held else quotes.restore(rest.strip(" ,;.")) or text


def _kept(clause: re.Match[str]) -> str:
    """Return a clause of people if it speaks of the work or of music, else nothing."""
    named = any(one.kind in {"style", "instrument"} for one in find_terms(clause[0]))
    return clause[0] if named or _OF_WORK.search(clause["told"]) else ""
