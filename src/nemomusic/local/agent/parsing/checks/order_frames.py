"""English orders in a frame that takes them back: "don't", "why would anyone", "I had to".

"Don't set the music to 92 bpm" and "in my last video I had to remove the title" hold an order word
by word. The rules that look for values read them as one. The agent then asks first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.rules.order_detection import ORDER_EN
from nemomusic.local.agent.parsing.words.common_words import QUOTED, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent

_SMALL: Final = (
    r"(?:(?:please|just|ever|really|even|again|actually|you|dare|go and|need to|have to) )*"
)
_DOES: Final = (
    r"(?:set|cut|lower|raise|turn|mute|silence|bring|fade|trim|keep|remove|delete|drop|add|put|show"
    r"|write|swap|switch|change|move|start|end|skip|join|combine|crop|make(?! me\b)|give|use"
    r"|boost|reduce"
    r"|increase|slow|speed|replace|extend|shorten|rename|restore|lose|kill|try|undo|redo|revert|go"
    r"|take|get|throw|convert|transpose|compose|create|stop|turn|pull|push|play)\b"
)
_NOT_DONE: Final = pattern(rf"(?<!why )\b(?:don'?t|do not|never) {_SMALL}(?P<deed>{_DOES})")
"""Denies an order: "please never set the music to 20 %"."""
_JOINED: Final = pattern(rf"^[^,;.!?]*\band (?:then |also |just )?{_DOES}")
"""Goes on with a second deed, which may be denied as well."""
_FRAMED: Final = pattern(
    r"\b(?:i'?m|i am|we'?re|we are) not (?:asking|telling|saying)(?: you)?(?: should)? (?:to )?"
    rf"{_SMALL}{_DOES}",
    r"\b(?:i|we) (?:didn'?t|did not|never|don'?t|do not) (?:ask|asked|tell|told|want|wanted|need"
    rf"|mean|say|said|expect)(?: (?:you|for you|it|anyone))? to {_SMALL}{_DOES}",
    r"\b(?:why|who) (?:on earth |in the world )?would (?:i|you|we|anyone|anybody|somebody|someone"
    rf"|they|want to)? ?(?:ever |want to )?{_DOES}",
    r"\b(?:i|we)(?:'d| would) never (?:ever )?(?:want to |ask you to )?" + _DOES,
    r"\bin (?:my|our|the|that|an?) (?:last|old|previous|other|first|earlier) (?:video|film|vlog"
    r"|clip"
    rf"|reel|one|edit|project),? (?:i|we) (?:had to|could|would|did|used to|always)"
    rf" {_SMALL}{_DOES}",
    r"\b(?:my|our|his|her|the|a) \w+ (?:told|asked|tells|asks|made|makes|begged) (?:his|her"
    r"|their|an?"
    rf"|the|my) \w+ (?:not )?(?:to )?{_DOES}",
    rf"\b(?:i|we) (?:don'?t|do not|didn'?t|did not) mean (?:to )?{_DOES}",
    r"\b(?:the|a|this|that|every) (?:tutorial|book|guide|manual|article|website|blog|app|course"
    rf"|teacher|internet) (?:says?|said|tells|told|recommends|suggests)(?: (?:me|you|us))?"
    rf" (?:to )?{_DOES}",
    r"\b(?:yesterday|last (?:time|week|night|year|month)|the other day|once)\b[^,;.]*\b(?:let|made"
    rf"|helped|had|asked|told)(?: (?:me|us|him|her|them|you))? (?:to )?{_DOES}",
    r"\bwhen (?:people|they|he|she|others|everyone|everybody|someone|somebody|editors|youtubers"
    rf"|idiots|kids) (?:\w+ )?{_DOES}",
    rf"\b(?:i|we|he|she|they) used to {_DOES}(?! \w+ing\b)",
    rf"\b(?:can|could|does|did|would|will) (?:my|your|his|her|our|their|an?|any|other|every) (?!\w*"
    r"(?:music|song|track|tune|piece|score|film|clip|title|violin|cello|harp|flute|guitar|piano"
    rf"|sax|choir|drum|bass|string|organ|synth|trumpet|brass|bell|beat))\w+ {_DOES}",
    rf"\bwhen should (?:i|one|you|we|people) {_DOES}",
    rf"\bis it (?:normal|common|usual|allowed|legal|bad|weird|rude|wrong|cheating) to {_DOES}",
    rf"^\W*if you {_DOES}(?!.*\b(?:please|would be|'d be|nice|great|better|perfect)\b)",
    r"\b(?:almost|nearly) (?:told|asked|made|let|had) (?:you|it|him|her|them) (?:to )?" + _DOES,
    r"\b(?:glad|happy|good|thankful|relieved|lucky)(?: that)? you (?:did not|didn'?t|never) "
    + _DOES,
    rf"\b(?:i|we)(?:'d| would) {_DOES}.*\bif (?:i|we) (?:had|could|were|knew|was)\b",
    rf"\b(?:he|she|they|my \w+) (?:asked|wanted to know) if (?:you|we|i) (?:can|could) {_DOES}",
)
"""Says that an order was not given, or was given at another time or to another one."""
_LATER: Final = re.compile(r"[,;.!?]+\s|\b(?:but|instead|rather)\b", re.IGNORECASE)
_SO_MUCH: Final = pattern(
    r"\b(?:so|too|that|as) (?!the\b)\w+\b"
    r"|\b(?:loud|soft|quiet|fast|slow|happi|sadd|calm|busi|simpl|dark|bright)er\b"
)
"""Says what is too much: "don't make it so loud"."""
_LOWERS: Final = frozenset(
    ("lower", "turn", "bring", "reduce", "drop", "pull", "fade", "make", "mute", "silence", "cut")
)
_BRINGS: Final = frozenset(
    ("add", "use", "put", "play", "keep", "give", "show", "write", "make", "start", "try", "get")
)


def is_in_a_frame(text: str, done: Sequence[Intent]) -> bool:
    """Return whether an English message takes back the order that its work was read from.

    Args:
        text: The message, in plain words.
        done: The work that was read from it.
    """
    if not text.isascii():
        return False
    said = QUOTED.sub(" ", text)
    if (framed := _FRAMED.search(said)) and not _orders_later(said[framed.end() :]):
        return True
    denied = _NOT_DONE.search(said)
    if denied is None or _orders_later(said[denied.end() :]):
        return False
    if any(map(ORDER_EN.match, _LATER.split(said[: denied.start()]))):
        return False  # "make it slower and don't touch the rest"
    if _JOINED.search(said[denied.end() :]):
        return True  # "don't make it square and drop the title"
    deed = denied["deed"].lower()
    so_much = bool(_SO_MUCH.search(said))
    return not all(_is_denial(one, deed, so_much=so_much) for one in done)


def _orders_later(rest: str) -> bool:
    return any(ORDER_EN.match(one) for one in _LATER.split(rest)[1:])


def _is_denial(one: Intent, deed: str, *, so_much: bool) -> bool:
    """Return whether an intent is what the denial of a deed asks for: "don't add drums"."""
    match one:
        case kinds.Duck(on=False) | kinds.Fade(seconds=0.0) | kinds.Volume("own", 1.0):
            return deed in _LOWERS
        case kinds.RemoveMusic() | kinds.RemoveTitles() | kinds.Volume("own", 0.0):
            return deed in _BRINGS
        case kinds.MusicSpan():
            return deed in {"start", "play", "bring", "put"}  # "don't start before second 4"
        case kinds.UseUpload():
            return deed in {"compose", "create", "make", "write", "add"}
        case kinds.Volume():
            return so_much
        case music.ChangeMusic(changes):
            return all(_is_denied_change(two, deed, so_much=so_much) for two in changes)
    return False


def _is_denied_change(one: music.MusicChange, deed: str, *, so_much: bool) -> bool:
    match one:
        case music.ChangePart(_, "none"):
            return deed in _BRINGS
    return so_much
