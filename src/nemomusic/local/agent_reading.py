"""Reads a message, in English or Chinese, without a language model.

Quoted words are taken out first, so that what a title says is never read as a wish. Then clips
that are named are found, the rest is cut into clauses, and each clause goes to the first rule
that knows what to do with it. What no rule takes is about the music, if it says anything of music.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import attrs

from nemomusic.local import agent_patterns as words
from nemomusic.local.agent_intents import (
    AddTitle,
    Canvas,
    ChangeTitle,
    Compose,
    Describe,
    ExportHint,
    Fade,
    Focus,
    Intent,
    RemoveMusic,
    RemoveTitles,
    Scene,
    Trim,
    Understanding,
    UseUpload,
    Volume,
)
from nemomusic.local.engine.brief_reading import read_brief

if TYPE_CHECKING:
    from collections.abc import Callable

_ORDER: Final = (
    Focus,
    Trim,
    Canvas,
    RemoveMusic,
    UseUpload,
    Compose,
    Volume,
    RemoveTitles,
    ChangeTitle,
    AddTitle,
    Fade,
    Describe,
    ExportHint,
)
"""What is done first: music is composed for the picture as it will be."""

_LONGEST: Final = 4000
"""Characters of a message that are read; nobody asks for more than fits into them."""


@attrs.define
class _Reading:
    """A message on its way to being understood."""

    scene: Scene
    held: list[str] = attrs.field(factory=list)
    intents: list[Intent] = attrs.field(factory=list)
    refused: list[str] = attrs.field(factory=list)

    def hold(self, text: str) -> str:
        """Take quoted words out of a text, leaving numbered marks."""

        def keep(match: re.Match[str]) -> str:
            self.held.append(_group(match))
            return f"{words.MARK}{len(self.held) - 1}{words.MARK}"

        return words.QUOTED.sub(keep, text.replace(words.MARK, " "))

    def said(self, text: str) -> str:
        """The text with its quotes back in, for showing and for the brief."""
        return words.HELD.sub(lambda match: f'"{self.held[int(match[1])]}"', text).strip()

    def quote(self, clause: str) -> str | None:
        """The first quoted words in a clause."""
        match = words.HELD.search(clause)
        return self.held[int(match[1])].strip() or None if match else None


def _group(match: re.Match[str]) -> str:
    """The one group of several alternatives that matched."""
    return next(group for group in match.groups() if group is not None)


def understand(text: str, scene: Scene) -> Understanding:
    """What a message asks for, in the order in which it should be done."""
    reading = _Reading(scene)
    rest = reading.hold(text.strip()[:_LONGEST])
    if words.EXPORT.search(rest):
        return Understanding((ExportHint(),))
    rest = words.IN_AND_OUT.sub("in/out", words.BETWEEN.sub(r"from \1 to ", rest))
    rest = words.ASIDE.sub(" ", _clips(rest, reading))
    clauses = [clause.strip() for clause in words.CLAUSES.split(rest) if clause.strip()]
    left = [clause for clause in clauses if not any(rule(clause, reading) for rule in _RULES)]
    _music(rest if left == clauses else ", ".join(left), reading)
    if not reading.intents and not reading.refused and words.DESCRIBE.search(rest):
        reading.intents.append(Describe())
    intents = sorted(reading.intents, key=lambda one: _ORDER.index(type(one)))
    return Understanding(tuple(intents), tuple(reading.refused))


# Which clips


@attrs.frozen
class _Name:
    """A place where a text names a file."""

    start: int
    end: int
    song: bool
    number: int


def _names(reading: _Reading, text: str) -> list[_Name]:
    """Files that a text names; the same name twice in a session means the newer file."""
    found: list[_Name] = []
    for song, names in ((False, reading.scene.clips), (True, reading.scene.songs)):
        for number, name in enumerate(names):
            known = {name.lower(), (name.rpartition(".")[0] or name).lower()}
            for match in words.HELD.finditer(text):
                before = text[max(0, match.start() - 16) : match.start()]
                title = words.SAYING.search(before) or words.TITLE.search(before)
                if not title and reading.held[int(match[1])].strip().lower() in known:
                    found.append(_Name(match.start(), match.end(), song, number))
            plain = words.pattern(rf"(?<![A-Za-z0-9_.]){re.escape(name)}(?![A-Za-z0-9_])")
            found += [_Name(m.start(), m.end(), song, number) for m in plain.finditer(text)]
    for match in words.CLIP_NUMBER.finditer(text):
        said = _group(match).lower()
        index = int(said) - 1 if said.isdigit() else words.NUMBERS[said]
        if 0 <= index < len(reading.scene.clips):
            found.append(_Name(match.start(), match.end(), song=False, number=index))
    found.sort(key=lambda one: (one.start, -one.end, -one.number))
    kept: list[_Name] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _clips(text: str, reading: _Reading) -> str:
    """Find out which clips are meant; gives the text without their names."""
    named = _names(reading, text)
    song = next((one for one in named if one.song), None)
    if song is not None:
        around = text[max(0, song.start - 30) : song.end + 40]
        if words.MUSIC.search(around) or words.USE.search(around) or len(named) == 1:
            reading.intents.append(UseUpload(song.number))
            text = _without(text, song, words.BEFORE_SONG, words.AS_MUSIC)
            named = [one for one in _names(reading, text) if not one.song]
    clips = [one for one in named if not one.song]
    everything = words.JOIN.search(text) or words.ALL.search(text)
    if clips:
        chosen = tuple(dict.fromkeys(one.number for one in clips))
        before = text[max(0, clips[0].start - 24) : clips[0].start]
        if words.REMOVE.search(before):
            every = range(len(reading.scene.clips))
            chosen = tuple(number for number in every if number not in chosen)
            text = words.REMOVE.sub(lambda match: " " * len(match[0]), text, count=1)
        if chosen:
            reading.intents.append(Focus(chosen))
        for one in reversed(clips):
            text = _without(text, one, words.BEFORE_NAME, words.AFTER_NAME)
        if everything:
            text = words.JOIN.sub(" ", text)
    elif everything and len(reading.scene.clips) > 1:
        reading.intents.append(Focus(None))
        text = words.ALL.sub(" ", words.JOIN.sub(" ", text))
    return text


def _without(text: str, name: _Name, before: str, after: str) -> str:
    """Cut a name out of a text, with the small words around it."""
    head = words.pattern(f"(?:{before})$").sub("", text[: name.start])
    tail = words.pattern(f"^(?:{after})").sub("", text[name.end :])
    return f"{head} {tail}"


# The rules for one clause. Each gives True if the clause is dealt with.


def _seconds(text: str) -> float:
    minutes, _, seconds = text.rpartition(":")
    return float(minutes or 0) * 60 + float(seconds)


def _count(said: str) -> float:
    return words.COUNTS.get(said.lower()) or float(said)


def _span(clause: str) -> tuple[float, float] | None:
    match = words.SPAN.search(clause)
    if match is None:
        return None
    start, end = (_seconds(group) for group in match.groups() if group)
    return start, end


def _title(clause: str, reading: _Reading) -> bool:
    noun, quote = words.TITLE.search(clause), reading.quote(clause)
    match = None if quote else words.UNQUOTED_TITLE.search(clause)
    if match:
        quote, clause = _group(match).strip(), clause[: match.start(match.lastindex or 0)]
        while timing := words.TITLE_TIME.search(quote):
            quote, clause = quote[: timing.start()].strip(), clause + timing.group()
    saying = bool(match or (quote and words.SAYING.search(clause)))
    if not (noun or saying):
        return False
    if words.REMOVE.search(clause) and not saying:
        reading.intents.append(RemoveTitles())
        return True
    if not quote:  # "add end credits" without their words; captions would have to be heard
        reading.refused.append(reading.said(clause))
        return True
    if words.CHANGE.search(clause) and not words.ADD.search(clause):
        reading.intents.append(ChangeTitle(quote))
        return True
    span, length = _span(clause), words.SECONDS.search(clause)
    start = None
    duration = float(length[1]) if length else None
    if span:
        start, duration = span[0], max(0.1, span[1] - span[0])
    elif words.AT_END.search(clause):
        start = -(duration or 3.0)
    position: Literal["top", "center", "bottom"] = "center"
    if words.TOP.search(clause):
        position = "top"
    elif words.BOTTOM.search(clause):
        position = "bottom"
    reading.intents.append(AddTitle(quote, start, duration, position))
    return True


def _trim(clause: str, reading: _Reading) -> bool:
    off = words.OFF.search(clause)
    if not (off or words.CUTTING.search(clause)):
        return False
    span = _span(clause)
    if span:
        start, end = span
        if off or end <= start:
            reading.refused.append(reading.said(clause))
        else:
            reading.intents.append(Trim(start, end))
        return True
    for found, keep, drop in (
        (words.FIRST_SECONDS, (0.0, 1), (1, None)),
        (words.LAST_SECONDS, (-1, None), (0.0, -1)),
        (words.TO_SECONDS, (0.0, 1), None),
    ):
        match = found.search(clause)
        if match and (seconds := _count(_group(match))) > 0:
            chosen = drop if off else keep
            if chosen is None:
                return False
            start, stop = chosen[0] * seconds, chosen[1]
            reading.intents.append(Trim(start, None if stop is None else stop * seconds))
            return True
    return False


def _canvas(clause: str, reading: _Reading) -> bool:
    match = words.RATIO.search(clause)
    ratio = f"{match[1]}:{match[2]}" if match else ""
    if ratio not in words.RATIOS and not words.MUSIC.search(clause):
        ratio = next((named for found, named in words.SHAPES if found.search(clause)), "")
    if ratio not in words.RATIOS:
        return False
    reading.intents.append(Canvas(ratio, *words.RATIOS[ratio]))
    return True


def _fade(clause: str, reading: _Reading) -> bool:
    if not words.FADE.search(clause):
        return False
    length = words.SECONDS.search(clause)
    seconds = min(float(length[1]), 30.0) if length else 1.0
    if words.REMOVE.search(clause):
        seconds = 0.0
    of: Literal["picture", "music", "both"] = "both"
    if words.MUSIC.search(clause) or words.SOUND.search(clause):
        of = "music"
    elif words.FADE_PICTURE.search(clause):
        of = "picture"
    into, out = words.FADE_IN.search(clause), words.FADE_OUT.search(clause)
    side: Literal["in", "out", "both"] = "both"
    if bool(into) != bool(out):
        side = "in" if into else "out"
    reading.intents.append(Fade(side, of, seconds))
    return True


def _volume(clause: str, of: Literal["music", "own"]) -> Volume | None:
    percent = words.PERCENT.search(clause)
    up, down = words.LOUDER.search(clause), words.QUIETER.search(clause)
    if percent:
        number = float(_group(percent)) / 100
        if (up or down) and words.BY.search(clause[: percent.start()]):
            return Volume(of, None, 1 + number if up else max(0.0, 1 - number))
        return Volume(of, min(1.0, number))
    if words.HALF.search(clause) and (down or words.VOLUME.search(clause)):
        return Volume(of, None, 0.5)
    if up or down:
        step = 1.2 if words.LITTLE.search(clause) else 2.0 if words.MUCH.search(clause) else 1.4
        return Volume(of, None, step if up else 1 / step)
    return None


def _own_sound(clause: str, reading: _Reading) -> bool:
    change: Volume | None = None
    if words.BARE_MUTE.search(clause):
        change = Volume("own", 0.0)
    elif words.UNMUTE.search(clause) and not words.MUSIC.search(clause):
        change = Volume("own", 1.0)
    elif words.OWN.search(clause):
        change = _volume(clause, "own")
        if change is None and (words.MUTE.search(clause) or words.REMOVE.search(clause)):
            change = Volume("own", 0.0)
        elif change is None and words.RESTORE.search(clause):
            change = Volume("own", 1.0)
    if change is None:
        return False
    reading.intents.append(change)
    return True


def _no_music(clause: str, reading: _Reading) -> bool:
    if not words.NO_MUSIC.search(clause):
        return False
    reading.intents.append(RemoveMusic())
    return True


def _beyond(clause: str, reading: _Reading) -> bool:
    if not words.BEYOND.search(clause) or words.MUSIC.search(clause):
        return False
    reading.refused.append(reading.said(clause))
    return True


def _music_volume(clause: str, reading: _Reading) -> bool:
    about = words.MUSIC.search(clause) or words.VOLUME.search(clause)
    if not about and not words.BARE_VOLUME.search(clause):
        return False
    # without music, what can be louder is the film's own sound
    change = _volume(clause, "music" if about or reading.scene.has_music else "own")
    if change is None:
        return False
    reading.intents.append(change)
    if not about:
        return True
    # "upbeat pop at 40% volume" asks for music, and says how loud: then the rest goes on
    plain = clause
    for found in (words.PERCENT, words.LOUDER, words.QUIETER, words.HELD):
        plain = found.sub(" ", plain)
    return not (words.FRESH.search(plain) or read_brief(plain).recognised)


_RULES: Final[tuple[Callable[[str, _Reading], bool], ...]] = (
    _title,
    _own_sound,
    _no_music,
    _fade,
    _trim,
    _canvas,
    _beyond,
    _music_volume,
)


def _music(text: str, reading: _Reading) -> None:
    """What is left over, if it is about music."""
    plain = words.HELD.sub(" ", text)
    chosen = any(isinstance(one, UseUpload) for one in reading.intents)
    if chosen or not plain.strip(" ,"):
        return
    found = read_brief(plain)
    new = words.FRESH.search(plain)
    if words.DESCRIBE.search(plain) and not new and not found.style:
        return
    music = words.MUSIC.search(plain)
    named = music and (words.GENERATE.search(plain) or len(plain.split()) <= 4)
    film = new and words.FILM.search(plain)
    other = bool(words.OTHER.search(plain))
    again = other and reading.scene.has_music and len(plain) < 40
    if not (found.recognised or named or film or again):
        return
    whole = found.style and not words.EDITING.search(plain)
    fresh = bool(new or whole or other) or not reading.scene.has_music
    reading.intents.append(Compose(reading.said(text), fresh, other))
    percent = words.PERCENT.search(plain)
    if percent and not any(
        isinstance(one, Volume) and one.of == "music" for one in reading.intents
    ):
        reading.intents.append(Volume("music", min(1.0, float(_group(percent)) / 100)))
