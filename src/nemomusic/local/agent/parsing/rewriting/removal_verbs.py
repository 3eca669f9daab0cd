"""The many English verbs for taking a thing away, as the one that every rule knows.

People bin the intro, yeet the drums, and throw the first 3 seconds away. A verb that a rule doesn't
know is worse than a word that it doesn't know: "the first 3 seconds" alone would keep them.
"""

from __future__ import annotations

import re
from typing import Final

_OBJECT: Final = (
    r"(?!(?:the (?:rest|remainder|others?)|everything else|all (?:the )?(?:rest|others?))\b)"
    r"(?=(?:all |both |just |only |every(?= ))?(?:(?:the|my|our|that|this|those|these|its|any|every"
    r"|each|his|her|their)\b|seconds? \d|\d|everything\b|it\b|them\b|all\b|both\b"
    r"|(?:first|last|drums?|bass|piano|guitars?|strings|violins?|flutes?|sax|cellos?|brass|organ"
    r"|synths?|choir|bells|harp|vocals|titles?|music)\b))"
)
"""What goes. Where the rest goes, another clause names what stays."""
_PLAIN: Final = (
    r"(?:(?:ditch|scrap|bin|axe?|nix|nuke|yeet|zap|trash|junk|dump|discard|erase|eliminate)"
    r"(?! (?:that|this|it)\b)|omit|dispose of|do away with|wipe(?: out| off)?|weed out|rip out"
    r"|strip(?: out| off| away)|throw (?:out|away|off)|toss(?: out| away| off| aside)?|pull out"
    r"|chuck(?: out| away| off)?|kick (?:out|off)|boot(?: out)?|fling (?:out|away)|clear away)"
)
"""Verbs of removal. "Scrap it" rejects a whole piece, and stays as it is."""
_PARTED: Final = r"(?:throw|toss|chuck|kick|fling|sling|strip|wipe|boot|rip|pull)"
_AWAY: Final = r"(?:away|out|in the (?:bin|trash|garbage))"
_LINK: Final = r"(?:(?<=^)|(?<=[\s,;.!(]))"
_NO_ORDER: Final = (
    r"(?<!\bi )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!\bthey )(?<!\bpeople )(?<!\ba )(?<!\bthe )"
    r"(?<!\bmy )(?<!\bwho )"
)
"""Tells what people do: "I bin the leftovers"."""
_ORDERS: Final = (
    re.compile(rf"{_LINK}{_NO_ORDER}{_PLAIN} +{_OBJECT}", re.IGNORECASE),
    re.compile(
        rf"{_LINK}{_NO_ORDER}{_PARTED} {_OBJECT}(?P<what>[\w':.%]+(?: (?!and\b|but\b)[\w':.%-]+)"
        rf"{{0,5}}?) {_AWAY}(?! of\b)(?=\W*(?:$|[,.;!?]|(?:and|but|please|pls|because|cause|so|it"
        r"|that|thats|they)\b))",
        re.IGNORECASE,
    ),
)


def with_plain_removal(text: str) -> str:
    """Return an English text that says "remove" where an order takes something away."""
    text = _ORDERS[1].sub(lambda found: f"remove {found['what']}", text)
    return _ORDERS[0].sub("remove ", text)
