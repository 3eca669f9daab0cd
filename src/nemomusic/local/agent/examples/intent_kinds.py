"""Kinds of wishes: what examples are labeled with, and what a reading is compared by.

A kind says what is asked for and in which direction, without its values: "tempo+", "part none",
"vol own=0", "ask cost". An intent may be called by several kinds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nemomusic.local.agent.intents import message_intents as wishes
from nemomusic.local.agent.intents import music_intents as music

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.agent.intents.message_intents import Intent

_PART = {"-": "none", "<": "less", ">": "more", "+": "add", "back": "add"}
_FIRST_WORDS = ("style", "mood", "tempo=", "key", "mode")
_LOW = 0.6
"""Level up to which "set it to …" may be heard as "quieter"."""
_VOLUME = re.compile(r"(music|own)([=*+-])([\d.]*)")


def kind_of_label(label: str) -> str:
    """Return the kind that a label of an example belongs to: "part drums -" is a "part none"."""
    words = label.split()
    first = words[0]
    if first == "part":
        return f"part {_PART.get(words[2], words[2])}"
    if first == "vol":
        of, sign, value = _VOLUME.findall(words[1])[0]
        return _volume(of, sign, float(value or 1))
    if first == "fade":
        return f"fade {words[1]}"
    if first in {"duck", "ask"}:
        return f"{first} {words[1]}"
    return next((one for one in _FIRST_WORDS if first.startswith(one)), first)


def _volume(of: str, sign: str, value: float) -> str:
    if sign == "*":
        sign = "+" if value > 1 else "-"
    if of == "own" and sign == "=":
        return f"vol own={'0' if value == 0 else '1' if value == 1 else 'N'}"
    return f"vol {of}{sign}"


def kinds_of(found: Iterable[Intent], *, has_music: bool) -> list[frozenset[str]]:
    """Return the kinds that each intent, and each change of the music, may be called by.

    Args:
        found: The intents.
        has_music: Whether there is music on the timeline: a first piece is "new", a later one in
            a named style is a "style".
    """
    named = []
    for intent in found:
        changes = intent.changes if isinstance(intent, music.ChangeMusic) else (intent,)
        named += [frozenset(_names(one, has_music=has_music)) for one in changes]
    return named


def _names(one: object, *, has_music: bool) -> Iterable[str]:
    match one:
        case music.Compose(other=other, count=count, named=named, key=key):
            if count > 1:
                return ("versions",)
            if other:
                return ("again",)
            if has_music:
                return ("style", "mood", "new")
            return _OF_A_FIRST_PIECE if named or key else ("new",)
        case music.SetStyle():
            return ("style", "new")
        case music.SetMood():
            return ("mood", "style")
        case music.SetTempo():
            return ("tempo=",)
        case music.ScaleTempo(factor):
            return ("tempo+" if factor > 1 else "tempo-",)
        case music.SetKey(tonic):
            return ("mode", "key") if tonic is None else ("key",)
        case music.ChangePart(_, how):
            return (f"part {_PART.get(how, how)}",)
        case music.ChangeDensity(by):
            return ("density+" if by > 0 else "density-",)
        case wishes.Volume("own") if not has_music:
            same = _edit_names(attrs.evolve(one, of="music"))  # only one sound is there
            return (*_edit_names(one), *same)
    return _edit_names(one)


def _edit_names(one: object) -> Iterable[str]:
    match one:
        case wishes.Volume(of, to, by):
            if to is None:
                return (_volume(of, "*", by),)
            if of == "own" and to == 1.0:
                return ("vol own=1", "vol own=N")  # "back to normal", "at 100 %"
            if of == "music" and to == 0.0:
                return (_volume(of, "=", to), "nomusic")  # no music is heard in both cases
            if 0.0 < to <= _LOW:
                return (_volume(of, "=", to), _volume(of, "-", 1.0))
            return (_volume(of, "=", to),)
        case wishes.Duck(on):
            return ("duck on" if on else "duck off",)
        case wishes.Fade(side):
            return (f"fade {side}", *(("fade in", "fade out") if side == "both" else ()))
        case wishes.MusicSpan(start, end) if start is not None and end is not None:
            return ("start", "stop", "trim", "cut", "silence")  # no example names both times
        case wishes.MusicSpan(start, end):
            return ("start",) if start is not None else ("stop",) if end is not None else ("whole",)
        case wishes.Passage(_, _, silent):
            return ("silence" if silent else "quiet",)
        case wishes.Question(topic):
            return (f"ask {topic}",)
        case wishes.GoBack():
            return ("back", "undo")
        case wishes.Undo():
            return ("undo", "back")
    return (_PLAIN.get(type(one), "talk"),)


_OF_A_FIRST_PIECE = (
    *("new", "style", "mood", "again", "tempo=", "tempo+", "tempo-", "key", "mode"),
    *("part add", "part only", "part none", "part less", "part more", "density+", "density-"),
)
"""Kinds by which the order of a first piece may be called: "jazz in D minor at 92 bpm"."""
_PLAIN: dict[type, str] = {
    wishes.Drop: "drop",
    wishes.BiggerEnding: "ending+",
    wishes.RemoveMusic: "nomusic",
    wishes.UseUpload: "song",
    wishes.AddTitle: "title",
    wishes.ChangeTitle: "retitle",
    wishes.RemoveTitles: "untitle",
    wishes.Trim: "trim",
    wishes.CutOut: "cut",
    wishes.Focus: "clips",
    wishes.Canvas: "canvas",
    wishes.Redo: "redo",
    wishes.ExportHint: "export",
}
