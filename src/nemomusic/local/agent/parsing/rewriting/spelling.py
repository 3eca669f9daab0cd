"""Typing errors in words about music and film: "voilin", "lowder", "backgroud"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_DOMAIN_TEXT: Final = """
music drums guitar piano violin strings saxophone flute melody volume louder quieter softer slower
faster tempo original soundtrack background cinematic ambient classical electronic acoustic
synthwave reggae corporate remove delete title export vertical horizontal portrait landscape
square happier sadder calmer energetic romantic dreamy darker minor major version versions another
different seconds second first instead without please ending beginning start fade transition
upbeat relaxing peaceful emotional dramatic instrument instruments credits voice voices video
clips finished percent silence silent louder again previous change switch replace lower
higher bigger
"""
_DOMAIN: Final = frozenset(_DOMAIN_TEXT.split())
"""Words that are corrected to."""
_REAL_TEXT: Final = """
starts starter stars stare stark state started strange string titles tiles tempos fader faded
fades mute mutes lover lowers power tower flower slow slows finer miner miners mayor voids voice
video videos clip click chips melon remote removed removes deleted deletes chance charge changed
changes switched pleased pleases please places plays player bidder digger higher hire tire versus
square squares faster fasted master softer soften slower lowest louder loudest loader piano pianos
pianist drum drama stitch stretch claps fasten strings strong spring springs original originals
export expert exports extort vocal voices vocals minor manor major majors romance dream dreams
dreamer dreary darken darkest larger saddle ladder madder hidden hippier instead indeed ended
bending pending sending lending mending vending tending ending endings resume energy credit edits
editing audit first thirst fist firsts secondly reminds remind credited guitars violins flutes
invent event again against gain music musical musics museum electronics classics classically
another other others mother brother quiet quite quitter quietly quieten cinema cinemas minored
starting volumes column shower showers caller callers smart slowed relaying swatch snitch stringy
foster loser loner loved sorter precious sander bugger beggar drugs tithe flume fluke squire sifter
malady shovel finishes furnished
"""
_REAL: Final = frozenset(_REAL_TEXT.split())
"""Words near those of the domain that are no errors."""
_LATIN: Final = re.compile(r"(?<![\w'])[a-z]{5,14}(?![\w'])", re.IGNORECASE)
_SIGNS: Final = "abcdefghijklmnopqrstuvwxyz"


def _near(word: str) -> set[str]:
    """Return the words one slip of the finger away from a word."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in halves if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    found |= {head + sign + tail[1:] for head, tail in halves if tail for sign in _SIGNS}
    return found | {head + sign + tail for head, tail in halves for sign in _SIGNS}


@lru_cache(4096)
def _spelled(word: str) -> str:
    if word in _DOMAIN or word in _REAL:
        return word
    close = _near(word) & _DOMAIN
    same_start = {one for one in close if one[0] == word[0]}
    if len(same_start) != 1:
        return word
    (one,) = same_start
    plural = {one + "s", one + "es", one + "d", one + "r", one + "ed"}
    return word if word in plural or one.removesuffix("s") == word else one


def _correct(match: re.Match[str]) -> str:
    low = match[0].lower()
    right = _spelled(low)
    return match[0] if right == low else right


def spelled(text: str) -> str:
    """Return a text in which words one slip of the finger away from a known one are corrected."""
    return _LATIN.sub(_correct, text)
