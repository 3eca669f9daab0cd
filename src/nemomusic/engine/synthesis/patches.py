"""The table of pitched instruments: their tones, and how they are played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis.instruments import (
    closing_saw,
    driven_guitar,
    ensemble,
    piano,
    plucked,
    solo,
    struck_bar,
    sub_bass,
    sung,
    supersaw,
    tine_piano,
)
from nemomusic.engine.synthesis.oscillators import additive_pad, envelope, hertz
from nemomusic.engine.synthesis.patch import Patch

if TYPE_CHECKING:
    from nemomusic.engine.synthesis.oscillators import Wave

__all__ = ["PATCHES"]


_VIOLIN = ((280.0, 60.0, 1.2), (460.0, 90.0, 1.4), (1100.0, 300.0, 0.6), (2700.0, 600.0, 0.9))
_CELLO = ((110.0, 40.0, 1.0), (220.0, 60.0, 1.3), (400.0, 120.0, 0.9), (1500.0, 500.0, 0.5))
_GUITAR = ((105.0, 18.0, 1.3), (205.0, 30.0, 1.2), (390.0, 60.0, 0.7), (900.0, 300.0, 0.3))
_AH = ((720.0, 110.0, 5.0), (1180.0, 140.0, 2.8), (2750.0, 260.0, 1.6), (3500.0, 350.0, 0.8))
_OO = ((360.0, 90.0, 5.0), (800.0, 120.0, 1.4), (2500.0, 300.0, 0.4))
_GLOCK = (1.0, 2.756, 5.404, 8.933)


def _cello(pitch: int, touch: int, seconds: float) -> Wave:
    return solo(
        pitch,
        touch,
        seconds,
        slope=1.05,
        cutoff=2000.0,
        vibrato=13.0,
        scoop=14.0,
        modes=_CELLO,
        breath=0.2,
        rate=4.9,
    )


def _marked_cello(pitch: int, touch: int, seconds: float) -> Wave:
    return _cello(pitch, touch, seconds) * (1.0 + envelope(round(seconds * RATE), 0.0, 10.0))


PATCHES: dict[str, Patch] = {
    "piano": Patch(
        lambda p, t, _: piano(p, t, cutoff=2600.0, thump=1.0), release=0.22, spread=0.35
    ),
    "felt": Patch(lambda p, t, _: piano(p, t, cutoff=1250.0, thump=1.8), release=0.3, spread=0.3),
    "epiano": Patch(lambda p, t, _: tine_piano(p, t), release=0.18),
    "nylon": Patch(
        lambda p, t, _: plucked(
            p,
            t,
            position=0.21,
            slope=1.25,
            cutoff=2300.0,
            decay=1.15,
            damping=0.9,
            modes=_GUITAR,
            knock=1.0,
        ),
        release=0.12,
    ),
    "steel": Patch(
        lambda p, t, _: plucked(
            p,
            t,
            position=0.16,
            slope=1.05,
            cutoff=3600.0,
            decay=0.85,
            damping=0.5,
            stiffness=5e-5,
            modes=_GUITAR,
            knock=0.8,
        ),
        release=0.1,
    ),
    "muted": Patch(
        lambda p, t, _: plucked(
            p, t, position=0.12, slope=1.1, cutoff=1500.0, decay=9.0, damping=1.4, knock=0.8
        ),
        release=0.08,
    ),
    "jazzguitar": Patch(
        lambda p, t, _: plucked(
            p, t, position=0.25, slope=1.3, cutoff=1300.0, decay=1.1, damping=1.1, knock=0.5
        ),
        release=0.1,
    ),
    "harp": Patch(
        lambda p, t, _: plucked(
            p, t, position=0.4, slope=1.5, cutoff=2600.0, decay=0.9, damping=0.6, knock=0.3
        ),
        release=0.6,
        spread=0.4,
    ),
    "guzheng": Patch(
        lambda p, t, _: plucked(
            p,
            t,
            position=0.11,
            slope=1.0,
            cutoff=3000.0,
            decay=1.0,
            damping=0.45,
            stiffness=6e-5,
            modes=((310.0, 60.0, 0.8), (620.0, 120.0, 0.6)),
            knock=0.6,
        ),
        release=0.5,
        spread=0.2,
    ),
    "pizzicato": Patch(
        lambda p, t, _: plucked(
            p,
            t,
            position=0.2,
            slope=1.2,
            cutoff=1700.0,
            decay=6.0,
            damping=0.8,
            modes=_VIOLIN,
            knock=0.8,
        ),
        release=0.15,
        spread=0.2,
    ),
    "power": Patch(lambda p, t, _: driven_guitar(p, t, (0, 7, 12)), release=0.07),
    "drivenlead": Patch(lambda p, t, _: driven_guitar(p, t), release=0.07),
    "bells": Patch(
        lambda p, t, _: struck_bar(p, t, _GLOCK, 1.7, hard=0.32), release=0.8, spread=0.3
    ),
    "celesta": Patch(
        lambda p, t, _: struck_bar(p, t, (1.0, 2.0, 3.01, 5.4), 2.4, hard=0.28),
        release=0.5,
        spread=0.3,
    ),
    "marimba": Patch(
        lambda p, t, _: struck_bar(p, t, (1.0, 3.93, 9.2), 5.5, hard=0.25), release=0.3, spread=0.3
    ),
    "vibes": Patch(
        lambda p, t, _: struck_bar(p, t, (1.0, 3.98, 10.1), 1.3, hard=0.18), release=0.4, spread=0.2
    ),
    "strings": Patch(
        lambda p, t, _: ensemble(
            p, t, "strings", slope=1.0, cutoff=4800.0, cents=13.0, modes=_VIOLIN
        ),
        attack=0.07,
        onset=0.026,
        release=0.5,
        loops=True,
    ),
    "lowstrings": Patch(
        lambda p, t, _: ensemble(
            p, t, "low", slope=1.0, cutoff=2600.0, cents=11.0, modes=_CELLO, lows=45.0
        ),
        attack=0.07,
        onset=0.032,
        release=0.45,
        loops=True,
    ),
    "spiccato": Patch(
        lambda p, t, _: (
            ensemble(p, t, "spic", slope=0.95, cutoff=4500.0, cents=9.0, modes=_CELLO)[:24_000]
            * envelope(24_000, 0.012, 8.5)
        ),
        release=0.1,
    ),
    "brass": Patch(
        lambda p, t, _: ensemble(
            p, t, "brass", slope=0.65, cutoff=2000.0, cents=6.0, modes=((520.0, 200.0, 0.8),)
        ),
        attack=0.045,
        onset=0.02,
        release=0.22,
        loops=True,
    ),
    "choir": Patch(
        lambda p, t, _: ensemble(p, t, "choir", slope=1.15, cutoff=4200.0, cents=15.0, modes=_AH),
        attack=0.11,
        onset=0.04,
        release=0.7,
        loops=True,
    ),
    "oohs": Patch(
        lambda p, t, _: ensemble(p, t, "oohs", slope=1.2, cutoff=2200.0, cents=14.0, modes=_OO),
        attack=0.13,
        onset=0.049,
        release=0.8,
        loops=True,
    ),
    "warmpad": Patch(
        lambda p, t, _: ensemble(p, t, "warm", slope=1.15, cutoff=1100.0, cents=9.0, lower=0.25),
        attack=0.18,
        onset=0.058,
        release=1.1,
        loops=True,
    ),
    "airpad": Patch(
        lambda p, t, _: ensemble(
            p, t, "air", slope=1.5, cutoff=2600.0, cents=16.0, upper=0.45, width=1.0
        ),
        attack=0.3,
        onset=0.118,
        release=1.8,
        loops=True,
    ),
    "glasspad": Patch(
        lambda p, t, _: additive_pad(
            hertz(p) * np.array([1.0, 2.0, 3.0, 4.01, 6.02, 8.0]),
            np.array([1.0, 0.5, 0.16, 0.22, 0.06, 0.05]) * (0.8 + 0.2 * t),
            5.0,
            ("glass", p),
        ),
        attack=0.2,
        onset=0.079,
        release=1.6,
        loops=True,
    ),
    "organ": Patch(
        lambda p, t, _: additive_pad(
            hertz(p) * np.array([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0]),
            np.array([0.5, 1.0, 0.45, 0.6, 0.3, 0.22, 0.08 * t]),
            1.2,
            ("organ", p),
            width=0.6,
        ),
        attack=0.012,
        release=0.08,
        loops=True,
    ),
    "supersaw": Patch(lambda p, t, _: supersaw(p, t), attack=0.012, release=0.18, loops=True),
    "synthpad": Patch(
        lambda p, t, _: ensemble(p, t, "syn", slope=0.95, cutoff=2400.0, cents=7.0, lower=0.15),
        attack=0.11,
        onset=0.049,
        release=0.8,
        loops=True,
    ),
    "violin": Patch(
        lambda p, t, s: solo(
            p, t, s, slope=1.0, cutoff=3200.0, vibrato=15.0, scoop=18.0, modes=_VIOLIN, breath=0.25
        ),
        attack=0.045,
        onset=0.024,
        release=0.16,
        held=True,
    ),
    "cello": Patch(_cello, attack=0.05, onset=0.026, release=0.22, held=True),
    "lowcello": Patch(_marked_cello, attack=0.03, onset=0.014, release=0.16, held=True),
    "flute": Patch(
        lambda p, t, s: solo(
            p, t, s, slope=1.9, cutoff=2600.0, vibrato=11.0, scoop=10.0, odd=0.8, breath=1.3
        ),
        attack=0.04,
        onset=0.021,
        release=0.12,
        held=True,
    ),
    "dizi": Patch(
        lambda p, t, s: solo(
            p,
            t,
            s,
            slope=1.35,
            cutoff=3600.0,
            vibrato=18.0,
            scoop=40.0,
            modes=((2600.0, 700.0, 1.2),),
            breath=1.0,
            rate=5.7,
        ),
        attack=0.035,
        onset=0.018,
        release=0.1,
        held=True,
    ),
    "sax": Patch(
        lambda p, t, s: solo(
            p,
            t,
            s,
            slope=0.95,
            cutoff=1700.0,
            vibrato=12.0,
            scoop=35.0,
            odd=0.9,
            modes=((650.0, 200.0, 1.0), (1400.0, 350.0, 0.7)),
            breath=0.8,
            rate=5.0,
        ),
        attack=0.03,
        onset=0.016,
        release=0.09,
        held=True,
    ),
    "trumpet": Patch(
        lambda p, t, s: solo(
            p,
            t,
            s,
            slope=0.6,
            cutoff=1500.0,
            vibrato=9.0,
            scoop=16.0,
            modes=((1200.0, 400.0, 0.8),),
            breath=0.3,
        ),
        attack=0.035,
        onset=0.018,
        release=0.1,
        held=True,
    ),
    "lead": Patch(
        lambda p, t, s: solo(p, t, s, slope=1.0, cutoff=2600.0, vibrato=9.0, scoop=30.0, rate=5.6),
        attack=0.012,
        release=0.14,
        held=True,
    ),
    "softlead": Patch(
        lambda p, t, s: solo(p, t, s, slope=1.6, cutoff=1500.0, vibrato=8.0, scoop=12.0, odd=0.5),
        attack=0.03,
        onset=0.016,
        release=0.2,
        held=True,
    ),
    "voice": Patch(sung, attack=0.03, onset=0.016, release=0.1, held=True),
    "synthpluck": Patch(
        lambda p, t, _: closing_saw(p, t, decay=4.0, close=1.9, cutoff=3600.0, sub=0.0),
        release=0.2,
        spread=0.3,
    ),
    "ebass": Patch(
        lambda p, t, _: plucked(
            p, t, position=0.2, slope=1.15, cutoff=1000.0, decay=1.4, damping=2.0, knock=0.3
        ),
        release=0.07,
    ),
    "upright": Patch(
        lambda p, t, _: plucked(
            p,
            t,
            position=0.28,
            slope=1.3,
            cutoff=620.0,
            decay=2.4,
            damping=2.0,
            modes=((98.0, 30.0, 0.8),),
            knock=0.9,
        ),
        release=0.09,
    ),
    "synthbass": Patch(
        lambda p, t, _: closing_saw(p, t, decay=1.2, close=0.7, cutoff=1500.0, sub=0.5),
        release=0.05,
    ),
    "subbass": Patch(
        lambda p, t, _: sub_bass(p, t, decay=0.9, drop=0.0, drive=1.3, grit=0.6),
        attack=0.008,
        release=0.08,
    ),
    "808": Patch(
        lambda p, t, _: sub_bass(p, t, decay=1.1, drop=1.5, drive=2.4, grit=0.6), release=0.06
    ),
}
