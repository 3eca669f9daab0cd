"""What the tests of the composer and of the synthesizer share: clips that were never filmed."""

from __future__ import annotations

import hashlib
import json

import numpy as np

from nemomusic.engine.composition.compose import compose
from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.engine.types import Brief, ClipAnalysis, Cut


def see(duration=30.0, cuts=(), motion=0.4, brightness=0.5, warmth=0.2, speech=()):
    seconds = int(np.ceil(duration))
    level = motion if isinstance(motion, tuple) else (motion,) * seconds
    return ClipAnalysis(
        duration=duration,
        width=640,
        height=360,
        cuts=tuple(Cut(float(time), float(strength)) for time, strength in cuts),
        motion=level,
        brightness=(brightness,) * seconds,
        warmth=(warmth,) * seconds,
        saturation=(0.4,) * seconds,
        speech=tuple(speech),
        own_loudness=None,
    )


def shots(length, duration, seed):
    rng = np.random.default_rng(seed)
    cuts, time = [], 0.0
    while (time := time + length * rng.uniform(0.4, 1.6)) < duration - 1:
        cuts.append((time, rng.uniform(0.4, 1.0)))
    return cuts


def score_of(words="pop", seed=1, **analysis):
    return compose(see(**analysis), parse_prompt(words), seed=seed)


def onsets(score):
    return sum(len({round(note.start, 2) for note in part.notes}) for part in score.parts)


def in_style(style):
    return Brief(style=style)


def digest(score):
    return hashlib.sha256(json.dumps(score.to_json()).encode()).hexdigest()
