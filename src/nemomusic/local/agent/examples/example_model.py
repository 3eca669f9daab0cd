"""The example model: how well a sentence fits each kind of intent, by the examples.

The model is linear. `tools/train_examples.py` fits it to the examples beside this file, and
writes its weights, four bits each, so that a session needs no training and no numpy.
"""

from __future__ import annotations

import math
import struct
from array import array
from functools import cache
from pathlib import Path
from typing import Final, Literal

import attrs

from nemomusic.local.agent.examples.sentence_features import has_chinese_signs, slots

Language = Literal["en", "zh"]
FOLDER: Final = Path(__file__).parent
"""The folder of the examples and the weights."""


@attrs.frozen
class ExampleModel:
    """The weights of one language.

    Attributes:
        kinds: The kinds of intents.
        base: The score of each kind, before any feature is seen.
        rarity: The weight of each slot's features: higher for those that few examples have.
        rows: The weights: for each slot one byte a kind, which is the weight plus `MOST` + 1.
        scale: The value of one unit of these bytes.
        digest: The digest of the examples that the weights were fitted to.
    """

    kinds: tuple[str, ...]
    base: tuple[float, ...]
    rarity: array[int] = attrs.field(repr=False)
    rows: bytes = attrs.field(repr=False)
    scale: float
    digest: str

    def scores(self, text: str, *, has_music: bool) -> dict[str, float]:
        """Return a score for each kind: about 1 where a sentence asks for it, about -1 elsewhere.

        Args:
            text: The sentence.
            has_music: Whether there is music on the timeline.
        """
        found = slots(text, len(self.rarity), has_music=has_music)
        weights = [self.rarity[one] for one in found]
        sums = self._weighted_sums(found, weights)
        zero = _ZERO * sum(weights)
        unit = self.scale / (math.sqrt(sum(one**2 for one in weights)) or 1.0)
        return {
            kind: base + unit * (total - zero)
            for kind, base, total in zip(self.kinds, self.base, sums, strict=True)
        }

    def _weighted_sums(self, found: list[int], weights: list[int]) -> tuple[int, ...]:
        """Return the weighted sum of rows, one number a kind.

        A row is added as one large number with 32 bits for each kind, so that one addition serves
        all kinds. No sum needs more bits: a message has far fewer than a million features.
        """
        width = len(self.kinds)
        lanes, total = bytearray(4 * width), 0
        for one, weight in zip(found, weights, strict=True):
            lanes[::4] = self.rows[one * width : (one + 1) * width]
            total += weight * int.from_bytes(lanes, "little")
        return struct.unpack(f"<{width}I", total.to_bytes(4 * width, "little"))


MOST: Final = 7
"""Largest weight in units of the scale: a weight is a whole number of four bits, -7..7."""
_ZERO: Final = MOST + 1
"""The byte of a row that stands for the weight 0."""
_LOW: Final = bytes((one & 15) ^ _ZERO for one in range(256))
_HIGH: Final = bytes((one >> 4) ^ _ZERO for one in range(256))
"""The bytes of a row for the lower and for the upper four bits of a byte."""


def to_bytes(model: ExampleModel) -> bytes:
    """Return a model as the bytes of its file: a line of text, then rarities and packed rows.

    The line holds the digest, the scale, the number of slots, and for each kind its base and its
    name. A packed byte holds two weights, each in the two's complement, the first one in its upper
    four bits.
    """
    pairs = zip(model.base, model.kinds, strict=True)
    head = [model.digest, repr(model.scale), str(len(model.rarity))]
    line = "\t".join([*head, *(f"{base:.5f} {kind}" for base, kind in pairs)])
    weights = zip(model.rows[::2], model.rows[1::2], strict=True)
    packed = bytes((high ^ _ZERO) << 4 | low ^ _ZERO for high, low in weights)
    return line.encode() + b"\n" + model.rarity.tobytes() + packed


def from_bytes(data: bytes) -> ExampleModel:
    """Return the model that a file holds."""
    line, _, rest = data.partition(b"\n")
    digest, scale, count, *pairs = line.decode().split("\t")
    bases, kinds = zip(*(one.split(" ", 1) for one in pairs), strict=True)
    slots_ = int(count)
    rarity = array("B")
    rarity.frombytes(rest[:slots_])
    packed = rest[slots_:]
    rows = bytearray(2 * len(packed))
    rows[::2], rows[1::2] = packed.translate(_HIGH), packed.translate(_LOW)
    return ExampleModel(kinds, tuple(map(float, bases)), rarity, bytes(rows), float(scale), digest)


@cache
def model_of(language: Language) -> ExampleModel:
    """Return the model of a language. The first call reads its file.

    Raises:
        FileNotFoundError: The installation is not complete.
    """
    from pkgutil import get_data  # also out of a zip archive, where the file has no path

    data = get_data(__package__, f"weights_{language}.bin")
    if data is None:
        raise FileNotFoundError(f"weights_{language}.bin is missing in this installation")
    return from_bytes(data)


def scores_of(text: str, *, has_music: bool) -> dict[str, float]:
    """Return a score for each kind of intent, by the model of the text's language."""
    model = model_of("zh" if has_chinese_signs(text) else "en")
    return model.scores(text, has_music=has_music)
