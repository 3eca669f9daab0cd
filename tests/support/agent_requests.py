"""Requests as people write them, each with what it asks for, and how a reading is judged.

The files are in `tests/local/agent/requests/`, and those that the example model learned from in
`src/nemomusic/local/agent/examples/sentences/`. A line that begins with `=` says what the lines
below it ask for; ` + ` joins several wishes. `@new` begins requests in a session without music,
`@old` those in a session whose music is jazz, after lo-fi.
"""

from __future__ import annotations

import re
from typing import Literal

import attrs

from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.local.agent.examples.labeled_sentences import SENTENCES, parse
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.intents.message_intents import MessageContext, ParsedMessage
from support.paths import TESTS

FOLDER = TESTS / "local" / "agent" / "requests"
FOLDERS = (FOLDER, SENTENCES)
CLIPS = ("beach.mp4", "city.mp4")
SONGS = ("song.mp3",)
NEW = MessageContext(clips=CLIPS, songs=SONGS)
OLD = MessageContext(clips=CLIPS, songs=SONGS, has_music=True, composed=True)
NOTES = {
    "F#": 6,
    "Bb": 10,
    "Eb": 3,
    "Ab": 8,
    "Db": 1,
    "C#": 1,
    "G#": 8,
    "C": 0,
    "D": 2,
    "E": 4,
    "F": 5,
    "G": 7,
    "A": 9,
    "B": 11,
}

Outcome = Literal["done", "not done", "wrong"]
"""Done as asked; nothing or only a part of it done; something done that was not asked for."""


@attrs.frozen
class Request:
    """One request.

    Attributes:
        text: What a person writes.
        asks: What it asks for, one label a wish.
        context: The session that it is written in.
    """

    text: str
    asks: tuple[str, ...]
    context: MessageContext


def requests_in(name: str) -> list[Request]:
    """Return the requests of a file."""
    (path,) = (folder / f"{name}.txt" for folder in FOLDERS if (folder / f"{name}.txt").exists())
    return [
        Request(one.text, one.asks, OLD if one.has_music else NEW)
        for one in parse(path.read_text("utf-8"))
    ]


def outcome(request: Request, read: ParsedMessage) -> Outcome:
    """Judge a reading."""
    done = _flat(read)
    first, _, topic = request.asks[0].partition(" ")
    questions = [one.removeprefix("ask ") for one in request.asks if one.startswith("ask ")]
    asks = tuple(one for one in request.asks if not one.startswith("ask "))
    if questions and asks:  # a question and a wish
        missed = any(kinds.Question(one) not in done for one in questions)
        of_wish = outcome(attrs.evolve(request, asks=asks), read)
        return "not done" if missed and of_wish == "done" else of_wish
    if first in {"talk", "refuse", "ask"}:
        if read.work or any(
            isinstance(one, kinds.Undo | kinds.Redo | kinds.GoBack) for one in done
        ):
            return "wrong"
        if first == "ask":
            return "done" if kinds.Question(topic) in done else "not done"
        return "done" if first == "talk" or read.refused else "not done"
    left = list(done)
    missing = []
    for label in request.asks:
        hit = next((one for one in left if fits(label, one, request.context)), None)
        if hit is None:
            missing.append(label)
        else:
            left.remove(hit)
    colored = any(label.startswith(("new", "style", "mood", "energy")) for label in request.asks)
    left = [
        one
        for one in left
        if not isinstance(one, kinds.Talk | kinds.Question)
        and not (colored and isinstance(one, music.SetMood))
    ]
    if left:
        return "wrong"
    return "not done" if missing or read.unsure else "done"


def _flat(read: ParsedMessage) -> list[object]:
    flat: list[object] = []
    for one in read.intents:
        if isinstance(one, kinds.MusicSpan) and None not in {one.start, one.end}:  # two labels
            flat += [kinds.MusicSpan(one.start, None), kinds.MusicSpan(None, one.end)]
        else:
            flat += one.changes if isinstance(one, music.ChangeMusic) else [one]
    return flat


def fits(label: str, one: object, context: MessageContext) -> bool:
    """Return whether an intent, or a change of the music, is what a label says."""
    word, _, rest = label.partition(" ")
    name, mark, value = re.fullmatch(r"(\w+)([=*+-]?)(.*)", word).groups()
    match one:
        case music.Compose():
            return _composed(label, one, context)
        case music.SetStyle(style):
            return (name == "style" and value == style) or (
                name == "new" and f"style={style}" in rest.split()
            )
        case music.SetTempo(bpm):
            return name == "tempo" and mark == "=" and float(value) == bpm
        case music.ScaleTempo(factor):
            return name == "tempo" and mark == ("+" if factor > 1 else "-")
        case music.SetKey(tonic, mode):
            if name == "key":
                return (tonic, mode) == (NOTES[value], rest)
            return name == "mode" and tonic is None and value == mode
        case music.SetMood(mood, by):
            return name == "mood" and by > 0 and mood in value.split("|")
        case music.ChangeDensity(by):
            return name == "density" and mark == ("+" if by > 0 else "-")
        case music.ChangePart(part, how):
            part_of, how_of = rest.split() if name == "part" else ("", "")
            how_of = {"-": "none", "<": "less", ">": "more", "+": "add"}.get(how_of, how_of)
            alike = {how, how_of} <= {"add", "back"}
            return part_of == part and (how_of == how or alike)
    return _edited(label, one)


def _composed(label: str, one: music.Compose, context: MessageContext) -> bool:
    word, _, rest = label.partition(" ")
    if word == "versions":
        return one.count == int(rest)
    if word == "again":
        return one.other and one.count == 1
    if one.other or one.count > 1:
        return False
    brief = parse_prompt(one.words)
    if word.startswith("style="):
        return context.has_music and brief.style == word[6:]
    if word != "new":
        return False
    wanted = dict(part.split("=") for part in rest.split())
    have = {
        "style": brief.style,
        "mood": "calm" if brief.mood == "sleepy" else brief.mood,  # no label names "sleepy"
        "bpm": f"{brief.bpm:g}" if brief.bpm else None,
    }
    return brief.style == wanted.get("style") and all(
        have[key] in wanted[key].split("|") for key in wanted
    )


def _edited(label: str, one: object) -> bool:
    word, _, rest = label.partition(" ")
    said = re.search(r'"(.*)"', label)
    match one:
        case kinds.Volume(of, to, by):
            change = rest.removeprefix(of) if word == "vol" and rest.startswith(of) else "?"
            if change[0] == "=":
                return to == float(change[1:])
            if change[0] == "*":
                return to is None and abs(by - float(change[1:])) < 0.01
            return to is None and change == ("+" if by > 1 else "-")
        case kinds.Duck(on):
            return label == f"duck {'on' if on else 'off'}"
        case kinds.Fade(side, of, seconds):
            length = (rest.split() + [""] * 3)[2] if word == "fade" else ""
            places = (rest.split() + ["both"] * 2)[:2]
            same = length == "none" if seconds == 0 else not length or length == f"{seconds:g}"
            return word == "fade" and places == [side, of] and same
        case kinds.MusicSpan(start, end):
            if word in {"start", "stop"}:
                return (start, end) == (
                    (float(rest), None) if word == "start" else (None, float(rest))
                )
            return word == "whole" and (start, end) == (None, None)
        case kinds.Passage(start, end, silent):
            return label == f"{'silence' if silent else 'quiet'} {start:g},{end:g}"
        case kinds.Drop(time):
            return label == f"drop {time:g}"
        case kinds.BiggerEnding():
            return label == "ending+"
        case kinds.AddTitle(text):
            return word == "title" and said[1] == text
        case kinds.ChangeTitle(text, adds=adds):
            return word in ({"title", "retitle"} if adds else {"retitle"}) and said[1] == text
        case kinds.RemoveTitles():
            return label == "untitle"
        case kinds.Trim(start, end):
            return label == f"trim {start:g},{'' if end is None else f'{end:g}'}"
        case kinds.CutOut(start, end):
            return label == f"cut {start:g},{end:g}"
        case kinds.Focus(clips):
            numbers = (
                "all" if clips is None or clips == (0, 1) else ",".join(str(n + 1) for n in clips)
            )
            return label == f"clips {numbers}"
        case kinds.Canvas(ratio):
            return label == f"canvas {ratio}"
        case kinds.UseUpload(song):
            return label == f"song {song + 1}"
        case kinds.RemoveMusic():
            return label == "nomusic"
        case kinds.Undo():
            return label in {"undo", "back previous"}
        case kinds.Redo():
            return label == "redo"
        case kinds.GoBack(style, _, number):
            return label == f"back {style or ('first' if number == 1 else number)}"
        case kinds.ExportHint():
            return label == "export"
    return False
