"""English clauses that only tell something, beside which an order is read.

"Cut seconds 7 to 9 out, that's me swearing" orders a cut. The words of a remark may be any, so that
a reading without them only counts where the complete message has no sure reading.
"""

from __future__ import annotations

import re
from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rules.order_detection import ORDER_EN

_REMARK: Final = re.compile(
    r"(?:^\W*|(?:\s*[,;.!\n]+\s*|\s+-+\s+)(?:(?:and|but|because|cause|cuz|since|as|well"
    r"|before that|after that|there|then|here),? )?)"
    r"(?:that'?s|it'?s|there'?s|this is|these are|those are|some(?:one|body| (?!of\b|more\b)\w+)"
    r"|people|everyone|everybody"
    r"|(?:i|we|he|she|they)(?:'m|'re|'s|'ve)?|(?:my|our|his|her|their) [\w']+|got|gotta)\b"
    r"(?P<told>[^,;.!?\n]*)(?=[,;.!?\n]|$)",
    re.IGNORECASE,
)
"""A clause that may only tell something: "that's me swearing", "some guy walks through it"."""
_ASKS: Final = re.compile(
    r"\b(?:music|songs?|tunes?|tracks?|beats?|sounds?|audio|voices?|vocals|volume|noise|titles?"
    r"|captions?|text|clips?|footage|scenes?|parts?|bits?|fad\w+|cuts?|trim\w*|half|city|beach"
    r"|first|last|start|end|ending|beginning|middle|intro|outro|drop|versions?|one|style"
    r"|mood|vibe|tempo|key|bpm|credits?|undo|redo"
    r"|wants?|wanted|needs?|needed|likes?|loves?|prefers?|hates?|wish\w*|would|should|must"
    r"|please|pls|think|hope|expect\w*|asked|said|says|told|can|could|may|might|will|let"
    r"|too|so|more|less|(?<!'m )(?<!am )(?<!are )(?<!is )only|instead|enough|same|rest"
    r"|except|without|keep|stays?|leave|alone|back|again|done|did|not|no|never|nothing"
    r"|maybe|perhaps|later|tomorrow|next|soon|if|when|while|until|unless|jok\w+|kid\w*|test\w*"
    r"|lied|lying|wrong|mistak\w+|chang\w+|regret\w*|tried|try\w*|used(?! to\b)|decid\w+"
    r"|already|fine|good|ok|okay|perfect|great|better|way|idea|example|question|\w+n't|(?:is|do|does|did|wo|ca)nt)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)\b"
    r"|'d\b|'ll\b|\?|\b\d+(?!\d| ?(?:min|hour|day|year|people|guests|kids))",
    re.IGNORECASE,
)
"""Speaks of the work, of a wish, of a doubt, or of another time."""


def without_remarks(text: str) -> str:
    """Return an English message without clauses that only tell something, or as it is.

    Such a clause may hold any words, so that the reading of the rest only counts where the complete
    message has no sure reading.
    """
    if not text.isascii():
        return text
    quotes = HeldQuotes()
    held = quotes.hold(text)
    rest = _REMARK.sub(_unless_told, held)
    return text if rest == held else quotes.restore(rest.strip(" ,;.-\n")) or text


def tells_only(clause: str) -> bool:
    """Return whether an English clause by itself only tells something."""
    return (
        clause.isascii()
        and bool(clause.strip())
        and not _REMARK.sub(_unless_told, clause).strip(" .!")
    )


def _unless_told(clause: re.Match[str]) -> str:
    """Return nothing for a clause that tells something, else the clause."""
    said = clause[0]
    if _ASKS.search(clause["told"]) or ORDER_EN.search(said) or find_terms(said):
        return said
    return "" if clause["told"].strip() else said
