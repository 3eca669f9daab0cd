"""Conversations as people lead them, with the real engine: each price, and all that changes.

The files in `conversations/` hold one message a line: its words, its price in credits, and what it
changes in the video. A line that begins with `#` begins a conversation and names the uploads.
"""

from __future__ import annotations

import re
from typing import Any

import attrs
import numpy as np
import pytest

from nemomusic.local import LocalBackend
from support.drawn_clips import tune, voice, write, write_sound
from support.local_api import Api, paid, segments
from support.paths import TESTS

pytestmark = pytest.mark.slow

FOLDER = TESTS / "local" / "agent" / "conversations"
PERCENT = re.compile(r"(?:music plays at|音乐音量现在是) (\d+)%")
TEMPO = re.compile(r"([\d.]+) BPM")
QUOTED = re.compile(r'"[^"]*"|“[^”]*”|《[^》]*》')


@attrs.frozen
class Line:
    """A message, its price in credits, and what it changes in the video."""

    text: str
    cost: int
    changes: frozenset[str]


def conversations(name: str) -> list[tuple[tuple[str, ...], list[Line]]]:
    """Return the uploads and the lines of each conversation of a file."""
    found: list[tuple[tuple[str, ...], list[Line]]] = []
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            found.append((tuple(line[2:].split()), []))
        elif line.strip():
            text, cost, changes = (part.strip() for part in line.split(" | "))
            what = frozenset(changes.split()) - {"nothing"}
            found[-1][1].append(Line(text, int(cost), what))
    return found


def shown(draft: dict[str, Any]) -> dict[str, object]:
    """Return the parts of a draft that a message can change, by their names in the files."""
    clips, about = segments(draft, 0), draft["m"]
    music = next(iter(segments(draft, 1)), {})
    return {
        "clips": [(one["m"]["name"], one["in"], one["d"]) for one in clips],
        "own": {one["vol"] for one in clips},
        "frame": (about.get("width"), about.get("height")),
        "titles": [(one["s"], one["d"], one["m"]) for one in segments(draft, 7)],
        "fades": [
            *(about.get(key) or 0 for key in ("fade_in", "fade_out")),
            *(music.get(key) or 0 for key in ("fi", "fo")),
        ],
        "music": music.get("m", {}).get("asset"),
        "volume": music.get("vol"),
        "ducking": music.get("duck", True),
        "levels": music.get("env", []),
        "span": (music.get("s"), music.get("d")),
    }


OF_MUSIC = frozenset({"volume", "ducking", "levels", "span"})


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Return the names of all parts that differ."""
    old, new = shown(before), shown(after)
    names = {name for name in new if old[name] != new[name]}
    if not (old["music"] and new["music"]):  # new or removed music has levels of its own
        names -= OF_MUSIC
    return names - {"span"} if "clips" in names and "music" in names else names


def says_the_truth(said: str, state: dict[str, Any]) -> bool:
    """Return whether the levels and tempos that an answer ends with are those of the draft."""
    music = next(iter(segments(state["draft"], 1)), None)
    if music is None:
        return True
    level, tempo = PERCENT.findall(said), TEMPO.findall(said)
    told = state["nemomusic"]["music"].get(music["m"]["asset"])
    right_level = not level or round(100 * music["vol"]) == int(level[-1])
    return right_level and (not tempo or told is None or float(tempo[-1]) == told["bpm"])


def _is_chinese(text: str) -> bool:
    return bool(re.search("[\u3400-\u9fff]", QUOTED.sub("", text)))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    sound = np.zeros(14 * 48000, np.float32)
    sound[4 * 48000 : 9 * 48000] = voice(5.0)
    # With "mbtree", x264 encodes these frames in different ways on processors with AVX-512.
    about: dict[str, Any] = {"size": (160, 96), "rate": 12}
    return {
        "beach.mp4": write(
            folder / "beach.mp4", _shots, frames=14 * 12, **about, sound=sound, mbtree="0"
        ),
        "city.mp4": write(folder / "city.mp4", _shots, frames=9 * 12, **about, mbtree="0"),
        "song.wav": write_sound(folder / "song.wav", tune(40.0), "pcm_s16le"),
    }


def _shots(number: int, width: int, height: int) -> np.ndarray:
    """Return a frame of a film with a hard cut every 2.5 s."""
    rng = np.random.default_rng(number // 30)
    picture = rng.integers(0, 255, (height // 16 + 1, width // 16 + 1, 3), np.uint8)
    return np.roll(picture.repeat(16, 0).repeat(16, 1)[:height, :width], number % 30, axis=1)


@pytest.mark.parametrize("name", ["english", "chinese"])
async def test_each_message_costs_and_changes_what_it_asks_for(name, files):
    wrong = []
    async with LocalBackend(seed=1, faithful=True) as backend, Api(backend) as api:
        for number, (uploads, lines) in enumerate(conversations(name)):
            api.token = backend.issue_token(user_id=f"user_{number}", credits=10_000, plan="pro")
            api.session = await api.open()
            content = [(one, files[one].read_bytes()) for one in uploads]
            assert (await api.upload(api.session, *content))[0] == 200
            for line in lines:
                before = await api.draft(api.session)
                cost, said = await paid(api, line.text)
                state = await api.state(api.session)
                found = cost, changed(before, state["draft"])
                in_language = _is_chinese(said) == _is_chinese(line.text)
                right = in_language and says_the_truth(said, state)
                if found != (line.cost, line.changes) or not right:
                    wrong.append((uploads, line, found, said))
    assert not wrong, "\n".join(map(str, wrong))
