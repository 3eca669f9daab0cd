"""The labeled sentences that the example model is fitted to: text files, one label a block.

A line that begins with `=` says what the lines below it ask for; ` + ` joins several wishes.
`@new` begins sentences of a session without music, `@old` those of a session with music.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from nemomusic.local.agent.examples.example_model import Language

SENTENCES: Final = Path(__file__).parent / "sentences"
"""The folder of the text files."""
_JOINED: Final = re.compile(r" \+ (?=[a-z])")
"""The sign that joins two labels. "part piano + + tempo-" holds two."""


@attrs.frozen
class LabeledSentence:
    """A sentence, and what it asks for.

    Attributes:
        text: The sentence.
        asks: The labels, one a wish.
        has_music: Whether it was said in a session with music.
    """

    text: str
    asks: tuple[str, ...]
    has_music: bool


def parse(text: str) -> list[LabeledSentence]:
    """Return the labeled sentences of a file's text."""
    found: list[LabeledSentence] = []
    asks: tuple[str, ...] = ()
    has_music = False
    for line in text.splitlines():
        if line.startswith("@"):
            has_music = line != "@new"
        elif line.startswith("="):
            asks = tuple(one.strip() for one in _JOINED.split(line[1:]))
        elif line.strip():
            found.append(LabeledSentence(line, asks, has_music))
    return found


def files(language: Language) -> list[Path]:
    """Return the files of a language, in the order of their names."""
    return sorted(SENTENCES.glob(f"*_{language}.txt"))


def read(language: Language) -> dict[str, list[LabeledSentence]]:
    """Return the labeled sentences of a language, by the name of their file."""
    return {path.stem: parse(path.read_text("utf-8")) for path in files(language)}


def digest(language: Language) -> str:
    """Return the digest of all files of a language: weights name the one that they belong to."""
    found = hashlib.sha256()
    for path in files(language):
        found.update(path.read_text("utf-8").encode())
    return found.hexdigest()
