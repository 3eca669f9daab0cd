"""Find a sound font, and choose the instruments that are played from it."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import attrs
import numpy as np

from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis.drums import DRUMS
from nemomusic.engine.synthesis.patches import PATCHES
from nemomusic.engine.synthesis.soundfont import SoundFont

if TYPE_CHECKING:
    from nemomusic.engine.synthesis.oscillators import Wave
    from nemomusic.engine.synthesis.patch import Patch

__all__ = ["Instruments", "find_sound_font", "open_sound_font"]

VARIABLE = "NEMOMUSIC_SOUNDFONT"
"""Environment variable with the path of a sound font; empty for none."""
_FOLDERS = (
    "/usr/share/sounds/sf3",
    "/usr/share/sounds/sf2",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
)
"""Folders where systems keep sound fonts."""
_NAMES = ("FluidR3Mono_GM.sf3", "FluidR3_GM.sf2", "TimGM6mb.sf2", "default.sf3", "default.sf2")
"""Names of fonts of General MIDI in these folders, the best one first."""
_VELOCITIES = (48, 82, 114)
"""MIDI velocities of the three touches."""
_FULL = 0.3
"""Peak amplitude of a sampled tone, as of the synthesized instruments."""
_BASSES = range(32, 40)
"""Programs of General MIDI that are basses."""
_PITCHES, _LOW_PITCHES = (60, 66, 72), (36, 40, 43)
"""MIDI numbers at which the attack of an instrument is measured."""
_LOOP_S = 1.8
"""Length in seconds of the held tone from which a loop is made."""
_LONGEST_ONSET = 0.12
"""The longest attack, in seconds, for which a note begins earlier."""


class _Preset(NamedTuple):
    """A preset of General MIDI.

    `key` is for drums, which have no pitch. `peak` is the peak of a drum's synthesized stroke, and
    of its sampled one too. `swell` is the length in seconds of a slow attack that is left out, so
    that the instrument is heard when its note begins.
    """

    program: int
    bank: int = 0
    key: int = 0
    peak: float = 0.0
    swell: float = 0.0


_SAMPLED: dict[str, _Preset] = {
    "piano": _Preset(0),
    "nylon": _Preset(24),
    "steel": _Preset(25),
    "jazzguitar": _Preset(26),
    "muted": _Preset(28),
    "upright": _Preset(32),
    "ebass": _Preset(33),
    "violin": _Preset(40),
    "cello": _Preset(42),
    "pizzicato": _Preset(45),
    "harp": _Preset(46),
    "strings": _Preset(48, swell=0.15),
    "choir": _Preset(52, swell=0.15),
    "trumpet": _Preset(56),
    "sax": _Preset(66),
    "flute": _Preset(73),
}
"""Instruments that sound better from samples than from synthesis."""
_SAMPLED_DRUMS: dict[str, _Preset] = {
    "jazzkick": _Preset(32, 128, 36, peak=0.804686),
    "brush": _Preset(40, 128, 38, peak=0.418542),
    "sweep": _Preset(40, 128, 39, peak=0.076834),
    "ride": _Preset(0, 128, 51, peak=0.234494),
    "crash": _Preset(0, 128, 49, peak=0.549643),
    "softcrash": _Preset(0, 128, 57, peak=0.376810),
    "softhat": _Preset(0, 128, 42, peak=0.123091),
    "rockkick": _Preset(16, 128, 36, peak=1.005914),
    "rocksnare": _Preset(16, 128, 38, peak=1.184004),
    "softsnare": _Preset(0, 128, 38, peak=0.729791),
    "rim": _Preset(0, 128, 37, peak=0.648471),
    "taiko": _Preset(116, 0, 40, peak=1.522532),
    "tom": _Preset(0, 128, 45, peak=0.741615),
    "hightom": _Preset(0, 128, 50, peak=0.699682),
    "tambourine": _Preset(0, 128, 54, peak=0.227264),
    "cowbell": _Preset(0, 128, 56, peak=0.411257),
    "highconga": _Preset(0, 128, 62, peak=0.504772),
    "conga": _Preset(0, 128, 64, peak=0.553475),
    "woodblock": _Preset(0, 128, 77, peak=0.484421),
}
"""Acoustic drums that sound better from samples than from synthesis."""


@lru_cache(maxsize=4)
def open_sound_font(path: str) -> SoundFont:
    """Open a sound font, once for each path.

    Raises:
        MediaError: The font can't be read.
    """
    return SoundFont(Path(path))


def find_sound_font() -> SoundFont | None:
    """Return the sound font to use: the named one, one of the system, or one of an extra.

    `NEMOMUSIC_SOUNDFONT` names a file; an empty value means synthesized instruments only. Without
    the variable, the fonts of General MIDI in the system's folders come first, and then the font in
    the wheel of `pretty-midi` (extra `sounds`).

    Raises:
        MediaError: The font that was named can't be read.
    """
    named = os.environ.get(VARIABLE)
    if named is not None:
        return open_sound_font(named) if named else None
    for folder in _FOLDERS:
        for name in _NAMES:
            if (path := Path(folder) / name).is_file():
                return open_sound_font(str(path))
    spec = find_spec("pretty_midi")
    if spec and spec.origin and (path := Path(spec.origin).parent / "TimGM6mb.sf2").is_file():
        return open_sound_font(str(path))
    return None


class Instruments:
    """The instruments of a score: synthesized, or sampled if a font has better ones.

    Args:
        font: The font, or None for synthesized instruments only.
    """

    def __init__(self, font: SoundFont | None) -> None:
        self._font = font
        self._patches: dict[str, Patch] = {}

    @property
    def source(self) -> str:
        """The source of the sounds: "synthesis", or the font's file name and digest."""
        return f"{self._font.path.name} {self._font.digest}" if self._font else "synthesis"

    def patch(self, name: str) -> Patch | None:
        """Return an instrument with a pitch; None for a drum."""
        own = PATCHES.get(name)
        preset = _SAMPLED.get(name)
        if own is None or self._font is None or preset is None:
            return own
        if not self._font.has(preset.bank, preset.program):
            return own
        if name not in self._patches:
            self._patches[name] = self._sampled(self._font, own, preset)
        return self._patches[name]

    def _sampled(self, font: SoundFont, own: Patch, preset: _Preset) -> Patch:
        def make(pitch: int, touch: int, seconds: float) -> Wave:
            return self._tone(font, preset, pitch, _VELOCITIES[touch], seconds)

        def section(pitch: int, touch: int, _: float) -> Wave:
            return _loop(make(pitch, touch, preset.swell + _LOOP_S)[round(preset.swell * RATE) :])

        if preset.swell:
            onset = 0.5 * own.attack  # of the fade-in, which replaces the slow attack
            return attrs.evolve(own, make=section, onset=onset)
        patch = attrs.evolve(
            own, make=make, attack=0.002, onset=0.0, loops=False, held=True, fades=not own.held
        )
        pitches = _LOW_PITCHES if preset.program in _BASSES else _PITCHES
        onset = sorted(_half_level(make(pitch, 1, 1.0)) for pitch in pitches)[1]
        return attrs.evolve(patch, onset=min(_LONGEST_ONSET, onset))

    def drum(self, name: str) -> Wave:
        """Return a stroke of a drum."""
        preset = _SAMPLED_DRUMS.get(name)
        if self._font is None or preset is None:
            return DRUMS[name]()
        for program in (preset.program, 0) if preset.bank else (preset.program,):
            if self._font.has(preset.bank, program):
                tone = self._tone(self._font, _Preset(program, preset.bank), preset.key, 100, 3.0)
                if len(tone) > RATE // 100:
                    return tone * np.float32(preset.peak / max(1e-6, np.abs(tone).max()))
        return DRUMS[name]()

    def _tone(
        self, font: SoundFont, preset: _Preset, key: int, velocity: int, seconds: float
    ) -> Wave:
        zones = font.zones(preset.bank, preset.program, key, velocity)
        if not zones:
            return np.zeros((1, 2), np.float32)
        layers = [font.play(zone, key, seconds, velocity) for zone in zones]
        total = np.zeros((max(len(one) for one in layers), 2), np.float32, order="F")
        for one in layers:
            total[: len(one)] += one
        fade = min(len(total), RATE // 50)
        total[-fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
        loud = 0.6 + 0.4 * velocity / 127.0
        return total * np.float32(_FULL * loud / max(1e-6, float(np.abs(total[:RATE]).max())))


def _loop(tone: Wave) -> Wave:
    """Return a held tone as a seamless loop: its end is blended into its start."""
    blend = min(RATE * 3 // 10, len(tone) // 2)
    turn = np.linspace(0.0, np.pi / 2, blend, dtype=np.float32)[:, None]
    loop = tone[: len(tone) - blend].copy(order="F")
    loop[:blend] = loop[:blend] * np.sin(turn) + tone[len(tone) - blend :] * np.cos(turn)
    return loop


def _half_level(tone: Wave) -> float:
    """Return the seconds until a tone has half the level that it reaches in its first 0.8 s."""
    if not len(tone):
        return 0.0
    level = np.sqrt(np.convolve(tone[: int(0.8 * RATE), 0] ** 2, np.ones(480) / 480, mode="same"))
    return float(np.argmax(level >= 0.5 * level.max())) / RATE
