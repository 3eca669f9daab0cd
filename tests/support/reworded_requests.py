"""English requests made into others by program, so that what is lost or added can be counted.

Each function takes labeled requests and yields messages with the labels that an ordinary reader
would give them: a frame takes an order back, a limit narrows it, a second message joins it, a slip
of the finger or another way to write a number changes nothing. `pays_wrongly` judges a reading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from support.agent_requests import Request, outcome

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator

    from nemomusic.local.agent.intents.message_intents import ParsedMessage

FREE = ("talk", "refuse", "ask", "export")
FRAMES = (
    # taken back
    "{x}... no wait, forget it",
    "{x} - never mind, it's good as it is",
    "{x}? nah, leave it",
    "{x}. just kidding, don't do it",
    "i was about to say {x} but it's fine as it is",
    "ignore this: {x}",
    "on second thought scrap that, i don't want this anymore: {x}",
    # put off
    "{x}, but not now",
    "{x}... but not yet, wait till i say so",
    "next time: {x}",
    "tomorrow i will ask you this: {x}",
    "later maybe: {x}",
    # quoted and reported
    'my sister typed "{x}" and it worked for her',
    'my boss wrote "{x}" yesterday, what does he know',
    "my brother told his agent {x} and it went wrong",
    'i read a comment saying "{x}" lol',
    'what does "{x}" mean?',
    # asked about
    'how much would it cost if i said "{x}"?',
    'what happens if i type "{x}"?',
    'would you understand me if i wrote "{x}"?',
    # thanked for
    "thanks, i asked {x} and you did exactly that",
    "you already did what i wanted: {x}. thank you!",
    # wondered about
    "i wonder what it would be like if i said {x}",
    "not sure if i should tell you {x}, i will think about it",
    "imagine i told you {x}, haha",
)
"""What makes an order none."""
LIMITS = (
    "only at the end",
    "but just for the first clip",
    "except in the city part",
    "but only in the second half",
    "just during the beach scene",
    "but not in the beginning",
    "but only when nobody talks",
    "for the last few seconds only",
    "but leave the ending alone",
)
"""What narrows an order to a place that no intent for the whole film holds."""
KEPT = ("but not the drums", "but leave the piano as it is", "except for the bass")
"""What takes a part out of a change of all of the music."""
JOINTS = (" and ", " and also ", ", ", ". ", "\n", " oh and ", ", then ", " but ", " plus ", "; ")
"""What joins two messages."""
REMARKS = (
    ("hi! ", ""),
    ("thanks so far! ", ""),
    ("", ", thank you so much"),
    ("", " lol"),
    ("ok ", " pls"),
    ("sorry to bother you, ", ""),
    ("", " my grandma will love it"),
    ("so ", " if that's ok"),
    ("hmm ", "..."),
)
"""What is said beside an order, and changes nothing."""
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|\'[^\']{4,}\'')
_PLACED = (
    kinds.Fade,
    kinds.MusicSpan,
    kinds.Passage,
    kinds.Drop,
    kinds.BiggerEnding,
    kinds.AddTitle,
    kinds.ChangeTitle,
    kinds.RemoveTitles,
    kinds.Trim,
    kinds.CutOut,
    kinds.Focus,
    kinds.GoBack,
    kinds.Undo,
    kinds.Redo,
)
_STEPS = (kinds.Undo, kinds.Redo, kinds.GoBack)
_PLAIN_NUMBER = re.compile(r"(?<![\w:.])(1?\d|20)(?=\s(?!%)|,|$)(?!\s*:)")
_NUMBERS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]


@attrs.frozen
class Reworded:
    """A message made of a request, and how to judge its reading.

    Attributes:
        request: The message, with its labels.
        frame: What it was made with.
        wrong: Whether a reading of it pays for what was not asked.
    """

    request: Request
    frame: str
    wrong: Callable[[ParsedMessage], bool]


def orders(requests: Iterable[Request]) -> list[Request]:
    """Return the requests that ask for paid work and are short enough to be put in a frame."""
    return [
        one
        for one in requests
        if len(one.text) <= 90 and not any(label.split()[0] in FREE for label in one.asks)
    ]


def _plain(text: str) -> str:
    text = text.strip().rstrip(".!?…, ")
    first = text.split(" ", 1)[0]
    return text if first in {"I", "I'm", "I'd"} or first.isupper() else text[:1].lower() + text[1:]


def _paid(read: ParsedMessage) -> list[object]:
    found: list[object] = []
    for one in read.intents:
        if isinstance(one, music.ChangeMusic):
            found += one.changes
        elif not isinstance(one, kinds.FREE) or isinstance(one, _STEPS):
            found.append(one)
    return found


def framed(found: list[Request], chance: random.Random, count: int) -> Iterator[Reworded]:
    """Yield orders in a frame that takes them back, puts them off, quotes or reports them."""
    for at in range(count):
        one, frame = chance.choice(found), FRAMES[at % len(FRAMES)]
        text = frame.replace("{x}", _plain(one.text).replace('"', "'"))
        yield Reworded(
            attrs.evolve(one, text=text, asks=("talk",)), frame, lambda r: bool(_paid(r))
        )


def limited(found: list[Request], chance: random.Random, count: int) -> Iterator[Reworded]:
    """Yield orders with a limit: nothing that changes the whole film may be paid."""
    unplaced = ("style", "mood", "tempo", "key", "mode", "density", "part", "vol", "canvas", "song")
    fit = [
        one
        for one in found
        if one.context.has_music
        and len(one.asks) == 1
        and re.match(r"\w+", one.asks[0])[0] in unplaced
        and not re.search(r"\d|own=0", one.asks[0])
    ]
    of_all = [one for one in fit if re.match("style|mood|tempo|mode|density", one.asks[0])]
    for at in range(count):
        limit = (*LIMITS, *KEPT)[at % (len(LIMITS) + len(KEPT))]
        one = chance.choice(of_all if limit in KEPT else fit)
        said = "drums" in limit, "piano" in limit, "bass" in limit
        if any(
            part in one.text and is_
            for part, is_ in zip(("drum", "piano", "bass"), said, strict=True)
        ):
            continue
        request = attrs.evolve(one, text=f"{_plain(one.text)}, {limit}")
        yield Reworded(request, limit, _changes_all)


def _changes_all(read: ParsedMessage) -> bool:
    return any(not isinstance(one, _PLACED) for one in _paid(read))


def joined(found: list[Request], chance: random.Random, count: int) -> Iterator[Reworded]:
    """Yield two orders in one message: both are done, or it is asked."""
    fit = [one for one in found if len(one.asks) == 1 and len(one.text) <= 60]
    sides = {side: [one for one in fit if one.context.has_music == side] for side in (False, True)}
    for at in range(count):
        one = chance.choice(sides[at % 4 != 0])
        two = chance.choice(sides[at % 4 != 0])
        if _subject(one.asks[0]) & _subject(two.asks[0]):
            continue
        joint = JOINTS[at % len(JOINTS)]
        first = one.text.strip().rstrip(".!?…, ")
        ends = joint.strip() in {".", ""}
        text = first + joint + (two.text if ends else _plain(two.text))
        request = Request(text, (*one.asks, *two.asks), one.context)
        yield Reworded(request, joint, _pays_for_a_part_of(request))


def _pays_for_a_part_of(request: Request) -> Callable[[ParsedMessage], bool]:
    return lambda read: bool(_paid(read)) and outcome(request, read) != "done"


def _subject(label: str) -> set[str]:
    """Return what a label is about: two wishes about one thing contradict each other."""
    word = re.match(r"\w+", label)[0]
    if word in {"undo", "redo", "back", "again", "versions", "nomusic", "song", "new", "style"}:
        return {"piece", "tempo", "mood", "mode", "key", "part", "density", "music", "time"}
    if word == "vol":
        return {"own"} if " own" in label else {"music", "time"}
    groups = {
        "duck": {"music"},
        "start": {"time", "music"},
        "stop": {"time", "music"},
        "quiet": {"time", "music"},
        "silence": {"time", "music"},
        "whole": {"time"},
        "trim": {"cut", "clips"},
        "cut": {"cut", "clips"},
        "clips": {"cut", "clips"},
        "title": {"title"},
        "retitle": {"title"},
        "untitle": {"title"},
        "key": {"key", "mode", "mood"},
        "mode": {"key", "mode", "mood"},
        "mood": {"mood", "mode", "density", "tempo"},
        "density": {"density", "part", "mood"},
        "part": {"part", "density"},
        "ending": {"time", "mood"},
        "drop": {"time"},
        "fade": {"time"},
    }
    return groups.get(word, {word})


def remarked(found: list[Request], chance: random.Random, count: int) -> Iterator[Reworded]:
    """Yield orders beside a remark: the same is done, or it is asked."""
    for at in range(count):
        one, (before, after) = chance.choice(found), REMARKS[at % len(REMARKS)]
        text = before + (_plain(one.text) if before else one.text.strip().rstrip(".!…, ")) + after
        request = attrs.evolve(one, text=text)
        yield Reworded(request, f"{before}_{after}", _pays_for_a_part_of(request))


def mistyped(found: list[Request], chance: random.Random, count: int) -> Iterator[Reworded]:
    """Yield orders with one slip of the finger in a word of four letters or more."""
    for at in range(count):
        one = chance.choice(found)
        held = [(match.start(), match.end()) for match in _QUOTED.finditer(one.text)]
        title = any("title" in label for label in one.asks)
        words = [
            match
            for match in re.finditer(r"[A-Za-z]{4,}", one.text)
            if not (title and not held) and not any(a <= match.start() < b for a, b in held)
        ]
        if not words:
            continue
        match = chance.choice(words)
        word, place = match[0], chance.randrange(1, len(match[0]) - 1)
        slip = ("swap", "drop", "double", "key")[at % 4]
        near = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "r", "s": "a", "l": "k"}
        changed = {
            "swap": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            "drop": word[:place] + word[place + 1 :],
            "double": word[:place] + word[place] + word[place:],
            "key": word[:place] + near.get(word[place], "x") + word[place + 1 :],
        }[slip]
        request = attrs.evolve(
            one, text=one.text[: match.start()] + changed + one.text[match.end() :]
        )
        yield Reworded(request, slip, _pays_for_a_part_of(request))


def renumbered(found: list[Request], chance: random.Random, count: int) -> Iterator[Reworded]:
    """Yield orders whose number is written in another way."""
    with_number = [one for one in found if re.search(r"(?<![\d:.])\d", _QUOTED.sub("", one.text))]
    for at in range(count):
        one = chance.choice(with_number)
        ways = [way for way in (change(one.text) for change in _WAYS) if way != one.text]
        if not ways or ('"' in one.text or "title" in one.asks[0]):
            continue
        request = attrs.evolve(one, text=ways[at % len(ways)])
        yield Reworded(request, "number", _pays_for_a_part_of(request))


def _in_words(text: str) -> str:
    def word(match: re.Match[str]) -> str:
        return _NUMBERS[int(match[1])]

    return _PLAIN_NUMBER.sub(word, text)


def _as_clock(text: str) -> str:
    return re.sub(
        r"\b(?:seconds?|sec) (\d{1,2})\b|\b(\d{1,2}) ?(?:seconds?|secs?|s)\b(?= *(?:$|[,.]|to|and"
        r"|until))",
        lambda match: f"0:{int(match[1] or match[2]):02}",
        text,
    )


def _as_percent(text: str) -> str:
    if "%" in text:
        return re.sub(r" ?%", " percent", text)
    return re.sub(r" ?percent", "%", text)


def _with_unit(text: str) -> str:
    return re.sub(r"\b(\d{1,2}) ?(?:seconds|secs|sec|s)\b", r"\1s", text)


_WAYS = (_in_words, _as_clock, _as_percent, _with_unit)
GENERATORS = {
    "framed": framed,
    "limited": limited,
    "joined": joined,
    "remarked": remarked,
    "mistyped": mistyped,
    "renumbered": renumbered,
}
