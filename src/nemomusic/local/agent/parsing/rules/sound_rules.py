"""Rules for sound: volumes, ducking, when the music plays. Each takes one clause."""

from __future__ import annotations

import re

from nemomusic.local.agent.intents.message_intents import (
    BiggerEnding,
    Drop,
    Duck,
    Intent,
    MessageContext,
    MusicSpan,
    Passage,
    RemoveMusic,
    Target,
    Volume,
)
from nemomusic.local.agent.parsing.rewriting.message_text import group, length_of, span_of, time_of
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import ducking_words, number_words
from nemomusic.local.agent.parsing.words import sound_words as words
from nemomusic.local.agent.parsing.words.film import fade_words, title_words
from nemomusic.local.agent.parsing.words.music import named_music, part_words

STEP = 1.4
"""Factor of "louder". The next two are for "a bit louder" and "much louder"."""
SMALL_STEP = 1.2
LARGE_STEP = 2.0


_UNSUNG = common.pattern(
    r"\b(?:no|without)(?: any)? (?:vocals?|singing|singers?|lyrics|dialogue)\b",
    r"(?:不要|别|没有|无)(?:人声|歌词|唱)",
)
"""Asks for music that is not sung, as all of the composer's music is."""
_NOT_NOISY = re.compile(r"\W*(?:也|可)?(?:别|不要|不)(?:太|那么|这么)?(?:吵闹?|闹腾?)")
"""Describes a first piece in Chinese: "soft, not noisy"."""
_ONLY_SHARE = re.compile(r"(?:at|to)?\s*(\d{1,3}(?:\.\d+)?)\s*(?:%|percent)", re.IGNORECASE)
_STARTS_OR_STOPS_AT = re.compile(
    r"\b(?:start|begin|come in|kick in|stop|end|finish|cut|quit)s?\b[^%]*\bat"
    r" (\d{1,2}(?:\.\d+)?)\W*$",
    re.IGNORECASE,
)
_BARE_TIME = re.compile(r"\bat (\d+(?:\.\d+)?)\b", re.IGNORECASE)


def read_ducking(clause: str, _: MessageContext) -> list[Intent] | None:
    """Find whether the music is turned down under speech."""
    if not ducking_words.DUCK.search(clause) or ducking_words.DROWNS.search(clause):
        return None
    if not re.search(r"\bduck|自动|闪避", clause, re.IGNORECASE) and common.PERCENT.search(clause):
        return None
    if span_of(clause) and not re.search(r"\bduck|自动|闪避", clause, re.IGNORECASE):
        return None
    off = (
        common.NEGATED.search(clause)
        or re.search(
            r"(?<!back )(?<!backs )\boff\b|\bout\b(?! of)"
            r"|关",
            clause,
        )
        or ducking_words.SAME_LEVEL.search(clause)
        or ducking_words.DUCKING_BOTHERS.search(clause)
        or re.search(r"\b(?:should|must)(?:n'?t| not)\b|\bno longer\b|\bany ?more\b", clause)
    )
    return [Duck(on=not off)]


def read_passage(clause: str, context: MessageContext) -> list[Intent] | None:
    """Find passages with another level, the time of the music, a drop, a bigger ending."""
    if fade_words.FADE.search(clause):
        return None
    span = span_of(clause)
    about_music = words.MUSIC.search(clause) or (context.has_music and not words.OWN.search(clause))
    if span and about_music and not words.OWN.search(clause):
        if words.SILENT.search(clause) and not words.QUIET.search(clause):
            if words.MUSIC.search(clause):
                return [Passage(*span, silent=True)]
            return None
        if words.QUIET.search(clause) and not title_words.TITLE.search(clause):
            return [Passage(*span, silent=False)]
        only = words.ONLY_THEN.search(clause) and words.MUSIC.search(clause)
        return [MusicSpan(*span)] if only and context.has_music else None
    time = time_of(clause)
    if time is None and words.DELAYS.search(clause):
        time = length_of(clause)
    if time is None and words.DROP.search(clause) and (bare := _BARE_TIME.search(clause)):
        time = float(bare[1])
    if time is None and (bare := _STARTS_OR_STOPS_AT.search(clause)):
        time = float(bare[1])
    if words.DROP.search(clause) and time is not None:
        return [Drop(time)]
    if words.END.search(clause) and words.BIGGER.search(clause):
        return [BiggerEnding()]
    if not words.MUSIC.search(clause):
        return None
    return _playing_time(clause, time, context)


def _playing_time(clause: str, time: float | None, context: MessageContext) -> list[Intent] | None:
    first = words.FIRST.search(clause)
    if first and words.SILENT.search(clause):
        return [MusicSpan(float(group(first)), None)]
    if time is not None:
        if re.search(r"之前|以前", clause) and common.NEGATED.search(clause):
            return [MusicSpan(time, None)]
        late = words.AFTER.search(clause) or words.STOPS.search(clause)
        if words.SILENT.search(clause) and words.AFTER.search(clause) and late:
            return [MusicSpan(None, time)]
        if words.STARTS.search(clause):
            return [MusicSpan(time, None)]
        if words.STOPS.search(clause):
            return [MusicSpan(None, time)]
        if words.FROM_THEN.search(clause):
            return [MusicSpan(time, None)]
    all_over = words.OVER_ALL.search(clause) and words.ALL_OF_IT.search(clause)
    if all_over and words.NO_MUSIC.search(clause):
        return [RemoveMusic()] if context.has_music else None
    if context.has_music and all_over and not words.VOLUME.search(clause):
        return None if named_music.named_style(clause) else [MusicSpan(None, None)]
    return None


def read_volume(clause: str, context: MessageContext) -> list[Intent] | None:
    """Find volumes of the music and of the clips' own sound, and no music at all."""
    clause = _MUSIC_FIRST.sub(r"\1", clause)
    if ducking_words.DROWNS.search(clause):
        return [Volume("music", None, 1 / STEP)]
    if not context.has_music and _UNSUNG.search(clause):
        return None
    targets = _targets(clause)
    if len(targets) > 1 and (several := _several(clause, targets)):
        return several
    if words.BARE_MUTE.search(clause):
        return [Volume("own", 0.0)]
    if words.UNMUTE.search(clause):
        of_music = words.MUSIC.search(clause) and not words.OWN.search(clause)
        return [Volume("music", None, 1.0)] if of_music else [Volume("own", 1.0)]
    if words.MUTED_BOTH.search(clause) and context.has_music:
        return [Volume("music", 0.0), Volume("own", 0.0)]
    if words.MUTED_MUSIC.search(clause) and not words.OWN.search(clause):
        return [Volume("music", 0.0)]
    if words.OWN.search(clause) and not _asks_for_singers(clause):
        return _own(clause)
    lowered = _DROPPED.search(clause)
    if words.NO_MUSIC.search(clause) and not lowered and not named_music.named_part(clause):
        return [RemoveMusic()]
    return _of_music(clause, context)


_MUSIC_FIRST = re.compile(
    r"^(\W*(?:(?:please|and|can you|could you|just|i want|make|turn|bring|put|have|keep|raise"
    r"|lower)"
    r" )*(?:the )?(?:music|song|track)(?! (?:is|are|was|'s|isn't|drowns|covers)\b)"
    r"(?: (?:up|down|louder|quieter|softer|a|bit|little|much|lot|way))+)"
    r" (?:over|above|under|below|beneath|behind|than) (?:the |my |our )?[\w' ]+$",
    re.IGNORECASE,
)
"""Changes the music, and names another sound beside it: "the music louder than my voice"."""


def read_share(clause: str) -> Volume | None:
    """Return the volume of the music, if a clause is nothing but a share: "jazz, at 80 %"."""
    match = _ONLY_SHARE.fullmatch(clause.strip(" .!?。！？吧呀就好行"))
    return Volume("music", min(1.0, float(group(match)) / 100)) if match else None


def _asks_for_singers(clause: str) -> bool:
    """Return whether voices are wished for as an instrument."""
    return bool(part_words.PART_ADD.search(clause) and re.search(r"\bvocals?\b|\bchoir\b", clause))


_DROPPED = re.compile(
    r"\bdrop (?:\w+ ){1,4}(?:a (?:bit|little|touch|notch|tad)|down|by|slightly|some)\b",
    re.IGNORECASE,
)
"""Turns a sound down, and does not remove it: "drop the music a little"."""
_COMPLAINT = re.compile(
    r"太[^，。太的]{1,3}?了?(?=(?:就|都|全|给我|直接|还是)*(?:不要|别要|去掉|关|静音|删|拿掉"
    r"|消掉)|原声|现场)"
)
"""Says in Chinese why a sound is to go: "原声太吵了不要了"."""


def _own(clause: str) -> list[Intent] | None:
    if words.UNWANTED.search(clause):
        return [Volume("own", 0.0)]
    clause = _COMPLAINT.sub("", clause)
    change = change_of(clause, "own")
    if change is None and re.search(r"柔和?一?[点些]|\bgentler\b", clause):
        change = Volume("own", None, 1 / STEP)
    if change is None and words.RESTORE.search(clause) and not words.BARE_MUTE.search(clause):
        return [Volume("own", 1.0)]
    if change is None and (words.MUTE.search(clause) or common.REMOVE.search(clause)):
        return [Volume("own", 0.0)]
    if change is None and re.search(r"\bcut\b", clause):
        return [Volume("own", 0.0)]
    return [change] if change else None


def _of_music(clause: str, context: MessageContext) -> list[Intent] | None:
    about = words.MUSIC.search(clause) or words.VOLUME.search(clause)
    if named_music.named_part(clause) or not (about or words.BARE_VOLUME.search(clause)):
        return None
    gentle = named_music.terms(clause, "mood") or _NOT_NOISY.match(clause)
    if not context.has_music and not words.VOLUME.search(clause) and gentle:
        return None  # "soothing, quiet music" describes a first piece
    # without music, only the video's own sound can be louder
    change = change_of(clause, "music" if about or context.has_music else "own")
    return [change] if change else None


def _targets(clause: str) -> list[tuple[int, Target]]:
    found: list[tuple[int, Target]] = []
    own = [(m.start(), m.end()) for m in words.OWN.finditer(clause)]
    found += [(start, "own") for start, _ in own]
    found += [
        (m.start(), "music")
        for m in words.MUSIC.finditer(clause)
        if not any(start <= m.start() < end for start, end in own)
    ]
    return sorted(found)


def _several(clause: str, targets: list[tuple[int, Target]]) -> list[Intent] | None:
    """Read "original sound 80% and music 20%", which has no comma between the two."""
    edges = [0, *(start for start, _ in targets[1:]), len(clause)]
    changes = [change_of(clause[edges[n] : edges[n + 1]], of) for n, (_, of) in enumerate(targets)]
    return [one for one in changes if one] if all(changes) else None


def change_of(clause: str, of: Target) -> Volume | None:
    """Return how a clause changes a volume, or None if it names no change."""
    up, down = words.LOUDER.search(clause), words.QUIETER.search(clause)
    if up and down:  # "turn it down, it is louder than I like": the verb of turning decides
        up = None if down.start() <= up.start() or "than" in clause else up
        down = down if up is None else None
    number = common.PERCENT.search(clause) or number_words.BARE_NUMBER.search(clause)
    if number:
        value = float(group(number)) / 100
        before, after = clause[: number.start()], clause[number.end() :]
        relative = words.BY.search(before) or words.LESS_AFTER.search(after)
        if (up or down) and not words.TO.search(before):
            return Volume(of, None, max(0.0, 1 - value) if down else 1 + value)
        if relative and not words.TO.search(before):
            louder = re.search(r"more|louder|higher|up|提|增|升|大", before[-6:] + after[:10])
            return Volume(of, None, 1 + value if louder else max(0.0, 1 - value))
        return Volume(of, min(1.0, value))
    if words.TO_HALF.search(clause):
        return Volume(of, 0.5)
    if words.HALVE.search(clause):
        return Volume(of, None, 0.5)
    about = words.VOLUME.search(clause) or re.search(r"\b(?:at|to) (?:half|full|max)", clause)
    if words.HALF.search(clause) and (down or about):
        return Volume(of, None, 0.5) if down and not about else Volume(of, 0.5)
    if words.FULL.search(clause) and (up or about):
        return Volume(of, 1.0)
    if up or down:
        step = STEP
        if common.LITTLE.search(clause):
            step = SMALL_STEP
        elif common.MUCH.search(clause):
            step = LARGE_STEP
        return Volume(of, None, step if up else 1 / step)
    return None
