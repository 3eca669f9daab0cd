"""Clauses that go on where the one before ended: "…, 2 seconds each", "too loud, 20 %"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent.intents.message_intents import (
    BiggerEnding,
    Duck,
    Fade,
    Intent,
    MessageContext,
    MusicSpan,
    RemoveMusic,
    UseUpload,
    Volume,
)
from nemomusic.local.agent.intents.music_intents import ChangePart
from nemomusic.local.agent.parsing.rules.order_detection import is_reported
from nemomusic.local.agent.parsing.rules.sound_rules import read_volume
from nemomusic.local.agent.parsing.rules.video_rules import read_fade
from nemomusic.local.agent.parsing.words import common_words, sound_words
from nemomusic.local.agent.parsing.words.film import fade_words
from nemomusic.local.agent.parsing.words.music.named_music import named_part, named_style
from nemomusic.local.agent.parsing.words.music.part_words import PRAISED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.music_intents import MusicChange
    from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
    from nemomusic.local.agent.parsing.rules.video_rules import Found


_ABRUPT = re.compile(
    r"\b(?:chops?|abrupt\w*|sudden\w*|cuts? (?:off|out)|stops? dead|out of nowhere|jarring)\b"
    r"|太硬|生硬|太急|猝不及防|轰|一上来|突然|戛然|突兀|一下子|吓一跳",
    re.IGNORECASE,
)
_ONLY_AT = re.compile(
    r"\W*(?:only |just )?(?:at|to) (?:about |only )?(\d{1,3})\s*(?:%|percent)\W*", re.IGNORECASE
)
"""Sets the level of what the clause before keeps."""
_IT_FADES = re.compile(
    r"\bit\b|\bone (?:that|which)\b|\bswells?\b|它|(?:停|结束)的时候|进来的那种", re.IGNORECASE
)


_SPEAKS_OF_MUSIC = common_words.pattern(
    sound_words.MUSIC.pattern, r"\b(?:finale|chord|note)s?\b", r"[一这那]首"
)


def repeats_the_part(clause: str, changes: Sequence[MusicChange]) -> bool:
    """Return whether a clause says once more how loud a part is: "can't hear the violin, louder".

    Args:
        clause: The clause.
        changes: The changes of the music that the message asked for before.
    """
    last = changes[-1] if changes else None
    if not isinstance(last, ChangePart) or last.how not in {"more", "less"}:
        return False
    named = sound_words.MUSIC.search(clause) or sound_words.OWN.search(clause)
    bare = sound_words.BARE_VOLUME.search(clause) and not re.search(r"\d", clause)
    return bool(bare and not named and len(clause) < 24)


def reported_praise(parts: list[str]) -> list[str]:
    """Return the clauses in which somebody else praises a style: "城里娃说凯尔特音乐好听"."""
    return [one for one in parts if is_reported(one) and named_style(one) and PRAISED.search(one)]


def keeps_only_own(clause: str, intents: list[Intent]) -> bool:
    """Return whether a clause only says what is left without the music: "no music, only my voice".

    Args:
        clause: The clause.
        intents: What was found before.
    """
    removed = any(isinstance(one, RemoveMusic) for one in intents)
    return removed and bool(sound_words.ONLY_OWN.search(clause) or _OWN_STAYS.fullmatch(clause))


_OWN_STAYS: Final = re.compile(
    r"\W*(?:只|就|但|把)?(?:原声|原音|现场声|人声|海浪声?)(?:就|还是|都|要|得|给我)*(?:留着?|保留"
    r"|留下|别动|不动|照旧)[吧啊呗]?\W*"
)
"""Leaves the clips' own sound in Chinese as it is."""


def set_length_of_fades(clause: str, intents: list[Intent]) -> bool:
    """Give the fades before a clause its length, if it is one: "fade in and out, 2 seconds each".

    Returns:
        Whether the clause was one.
    """
    length = common_words.SECONDS.match(clause.lstrip("各每个都 "))
    if not length or not isinstance(intents[-1:] and intents[-1], Fade):
        return False
    seconds = float(next(part for part in length.groups() if part))
    intents[:] = [
        attrs.evolve(one, seconds=seconds) if isinstance(one, Fade) else one for one in intents
    ]
    return True


def goes_on(clause: str, last: Intent) -> bool:
    """Return whether a clause may name another sound for the volume before it.

    After "mute the music", only "the voices too" does: "the voices should stay" does not.
    """
    if not isinstance(last, Volume) or last.to != 0.0:
        return True
    few = clause.isascii() and len(clause.split()) <= _NOUN_WORDS
    return few or bool(_TOO.search(clause))


_TOO: Final = common_words.pattern(r"\b(?:too|also|as well|both)\b", r"也|同样|一起|一并")
_NOUN_WORDS: Final = 3
"""The most words of a clause that only names a sound: "the original sound"."""


def fade_after(clause: str, quotes: HeldQuotes, intents: list[Intent], *, before: str) -> Found:
    """Find a fade; one that does not say of what is of the same as the fade before it.

    Args:
        clause: The clause.
        quotes: Its quoted words.
        intents: What was found before.
        before: What the message said before.
    """
    if quotes.first(clause):
        return None
    spoken = _SPEAKS_OF_MUSIC.search(before)
    about_music = spoken or named_style(before) or named_part(before)
    found = read_fade(clause, quotes)
    last = intents[-1] if intents else None
    if found and found != "refused" and isinstance(found[0], Fade):
        if found[0].seconds == 0 and isinstance(last, Fade) and last.seconds == 0:
            return []
        named = fade_words.FADE_BOTH.search(clause) or fade_words.FADE_PICTURE.search(clause)
        if isinstance(last, Fade) and found[0].of == "both" and not named:
            return [attrs.evolve(found[0], of=last.of)]
        if (
            found[0].of == "both"
            and not named
            and (
                isinstance(last, MusicSpan | UseUpload)
                or (found[0].seconds == 0 and isinstance(last, BiggerEnding))
                or (about_music and (_ABRUPT.search(before) or _IT_FADES.search(clause)))
            )
        ):
            return [attrs.evolve(found[0], of="music")]
        if found[0].of == "both" and not named:
            pictured = clause.isascii() or fade_words.FADE_PICTURE.search(before)
            styled = named_style(before)  # "流行音乐，结尾淡出" may mean both
            named_music = not (pictured or styled) and sound_words.MUSIC.search(before)
            if named_music or (about_music and found[0].seconds == 0):
                return [attrs.evolve(found[0], of="music")]
            if fade_words.FADE_PICTURE.search(before) and not about_music:
                return [attrs.evolve(found[0], of="picture")]
    return found


def volume_after(
    clause: str, context: MessageContext, intents: list[Intent], *, of_own: bool
) -> list[Intent] | None:
    """Find a volume; "volume 100 %" after a word about the own sound is about the own sound.

    Args:
        clause: The clause.
        context: The session.
        intents: What was found before; a volume that the clause makes exact is taken out.
        of_own: Whether the clause before spoke of the own sound, and said not how loud.
    """
    last = intents[-1] if intents else None
    steady = isinstance(last, Duck) and common_words.PERCENT.search(clause)
    if steady and not sound_words.OWN.search(clause):
        clause = f"music {clause}"  # "stop the ducking, leave it at 40 %"
    if isinstance(last, UseUpload) and not sound_words.OWN.search(clause):
        clause = f"music {clause}"  # "use my song, but quieter"
        context = attrs.evolve(context, has_music=True)
    found = read_volume(clause, context)
    plain = common_words.PERCENT.fullmatch(clause.strip(" .!?。！？"))
    if plain and isinstance(last, Volume) and last.to is None:  # "too loud, 20 %"
        intents.pop()
        share = float(plain[1]) / 100
        return [attrs.evolve(last, by=1 + share if last.by > 1 else 1 - share)]
    level = _ONLY_AT.fullmatch(clause)
    if level and isinstance(last, Volume) and last.to == 1.0:  # "keep the waves, but at 30 %"
        intents.pop()
        return [attrs.evolve(last, to=min(1.0, float(level[1]) / 100))]
    if not found or not isinstance(found[0], Volume) or sound_words.MUSIC.search(clause):
        return found
    if of_own:
        return [attrs.evolve(found[0], of="own")]
    if isinstance(last, Volume) and last.of == "own":
        intents.pop()
        return [attrs.evolve(found[0], of="own")]
    return found
