"""The effects after the instruments: room, tone, tape and sidechain.

All effects work on blocks, and keep their state from one block to the next. So memory does not grow
with the length of the piece. Blocks are float32 of shape [frames, channels].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nemomusic.engine.audio.transforms import signals_of, spectra_of, transform_size
from nemomusic.engine.pcm import RATE
from nemomusic.engine.synthesis.oscillators import (
    chance,
    columns,
    noise_burst,
    single,
    spectrum_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nemomusic.engine.synthesis.oscillators import Wave

__all__ = ["Convolver", "TapeSaturation", "room", "sidechain", "tone_filter"]

_DELAY = 0.006  # s, the tape's mean delay around which it wavers
_PIECE = 12_288  # samples a short filter takes at a time: transforms that fit in the cache
_AT_ONCE = 4  # pieces whose transforms are computed together
_SLOW = 16  # samples between the points of the tape's wavering


class Convolver:
    """A filter by overlap-add, for blocks of one length; only the last may be shorter.

    Args:
        impulse: [m, channels].
        block: Samples in a block.
    """

    def __init__(self, impulse: Wave, block: int) -> None:
        self._piece = max(block // 2, _PIECE) if len(impulse) > _PIECE else _PIECE
        self._size = transform_size(self._piece + len(impulse) - 1)
        self._spectrum = spectrum_of(impulse, self._size).T
        self._tail = columns(len(impulse) - 1, impulse.shape[1])

    def __call__(self, sound: Wave) -> Wave:
        """Return the filtered block, with the ringing of earlier blocks."""
        count = len(sound)
        result = columns(count + len(self._tail), sound.shape[1])
        result[: len(self._tail)] = self._tail
        for start in range(0, count, _AT_ONCE * self._piece):
            part = sound[start : start + _AT_ONCE * self._piece]
            for at, rung in enumerate(self._rung(part)):
                place = result[start + at * self._piece :][: self._size]
                place += rung[: len(place)]
        self._tail = result[count:].copy(order="F")
        return result[:count]

    def _rung(self, sound: Wave) -> Iterator[Wave]:
        """Yield the pieces of a sound with all their ringing."""
        channels, pieces = sound.shape[1], -(-len(sound) // self._piece)
        padded = np.zeros((channels, pieces, self._size), np.float32)
        for number in range(pieces):
            piece = sound[number * self._piece :][: self._piece]
            padded[:, number, : len(piece)] = piece.T
        product = spectra_of(padded.reshape(-1, self._size), self._size)
        product = product.reshape(channels, pieces, -1)
        product *= self._spectrum[:, None]
        rung = signals_of(product.reshape(channels * pieces, -1), self._size)
        for number in range(pieces):
            yield rung.reshape(channels, pieces, self._size)[:, number].T


def room(seconds: float) -> Wave:
    """Return the impulse response of a room, [n, 2], of unit energy on either side.

    Noise that decays faster the higher it is, after a gap of 14 ms and a few early reflections.

    Args:
        seconds: Time until the middle frequencies have fallen by 60 dB.
    """
    bands = (
        (150.0, 500.0, 1.0),
        (500.0, 2000.0, 1.0),
        (2000.0, 5000.0, 0.66),
        (5000.0, 11_000.0, 0.36),
    )
    count = round(seconds * 1.1 * RATE)
    time = np.arange(count, dtype=np.float32) / RATE
    total = columns(count)
    for index, (low, high, share) in enumerate(bands):
        noise = noise_burst(count / RATE, ("room", index), low=low, high=high, channels=2)
        weight = (1.0, 0.9, 0.55, 0.25)[index]
        total += noise * single(weight * np.exp(-6.91 * time / (seconds * share)))[:, None]
    total *= single(1.0 - np.exp(-time / 0.012))[:, None]
    rng = chance("early", round(seconds * 100))
    for side in (0, 1):
        for at, level in zip(rng.uniform(0.004, 0.055, 9), rng.uniform(-4.0, 4.0, 9), strict=True):
            total[int(at * RATE), side] += level
    # A part is equal on both sides. Otherwise a phone with one channel would play it too thin.
    late = columns(round(0.014 * RATE) + count)
    late[-count:] = total + np.float32(0.25) * total[:, ::-1]
    return single(late / np.sqrt(np.sum(late**2, axis=0)))


def tone_filter(color: float, highs: float) -> Wave:
    """Return a minimum-phase filter, [2048, 2]: rumble cut, a tilt, and a limit of the highs.

    Args:
        color: -1 (dark, -5 dB at the top) .. 1 (bright, +7 dB).
        highs: Hz above which the sound falls away.
    """
    size = 1 << 13
    hz = np.fft.rfftfreq(size, 1.0 / RATE)
    tilt = (
        (7.0 if color > 0 else 5.0)
        * color
        * np.clip(np.log2(np.maximum(hz, 1.0) / 900.0) / 3.0, -0.5, 1.0)
    )
    # The usual correction of a mastering engineer: less low midrange, more presence and highs.
    octaves = np.log2(np.maximum(hz, 1.0))
    curve = np.interp(
        octaves, np.log2([150, 320, 700, 2000, 4500, 11_000]), [0, -2.2, -0.5, 1, 2.5, 4]
    )
    level = 10.0 ** ((tilt + curve) / 20.0) / np.sqrt(1.0 + (28.0 / np.maximum(hz, 1.0)) ** 4)
    level = np.maximum(level / np.sqrt(1.0 + (hz / highs) ** 8), 1e-4)
    # Minimum phase: fold the cepstrum (Oppenheim and Schafer), so that nothing is delayed.
    cepstrum = np.fft.irfft(np.log(level), n=size)
    cepstrum[1 : size // 2] *= 2.0
    cepstrum[size // 2 + 1 :] = 0.0
    impulse = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)), n=size)[:2048]
    impulse[-256:] *= np.linspace(1.0, 0.0, 256)
    return np.stack([impulse, impulse]).astype(np.float32).T


class TapeSaturation:
    """The sound of an old record on an old tape: uneven speed, crackle, hiss and saturation.

    Args:
        amount: 0..1.
        seed: The seed of the crackle.
        block: Samples in a block; only the last may be shorter.
        channels: Channels of a block: two of the mix, then two for each of its stems. The last two
            get the sound that the tape adds to the mix, except for the uneven speed, so that the
            stems add up to the mix.
    """

    def __init__(self, amount: float, seed: int, block: int, channels: int = 2) -> None:
        self._amount = amount
        self._seed = seed
        self._block = block
        self._kept = round(0.012 * RATE)
        self._before = [columns(self._kept) for _ in range(channels // 2)]
        self._noise = noise_burst(5.0, ("tape",), low=90.0, high=6500.0, channels=2) * np.float32(
            0.0011 * amount
        )
        self._click = noise_burst(0.004, ("crackle",), low=900.0, high=7000.0)[:, 0] * np.exp(
            -np.arange(round(0.004 * RATE), dtype=np.float32) / 40.0
        )

    def __call__(self, sound: Wave, start: int) -> Wave:
        """Return the block as the tape plays it. `start` is the number of its first sample."""
        pairs = [
            self._waver(sound[:, 2 * number : 2 * number + 2], start, number)
            for number in range(sound.shape[1] // 2)
        ]
        if len(pairs) == 1:
            return self._worn(pairs[0], start)
        steady = pairs[0].copy()
        pairs[0] = self._worn(pairs[0], start)
        pairs[-1] = pairs[0] - steady
        return np.concatenate([pair.T for pair in pairs]).T

    def _worn(self, played: Wave, start: int) -> Wave:
        """Return the block, changed in place, with all effects of the tape but the uneven speed."""
        count = len(played)
        played *= np.float32(1.25)
        np.tanh(played, out=played)
        played *= np.float32(1.0 / 1.25)
        self._hiss(played, start)
        rng = np.random.Generator(np.random.PCG64([self._seed, start]))
        clicks = rng.poisson(7.0 * self._amount * self._block / RATE)
        size = self._click.size
        for at, level, side in zip(
            rng.integers(0, max(1, self._block - size), clicks),
            rng.exponential(0.006, clicks),
            rng.uniform(0.3, 1.0, clicks),
            strict=True,
        ):
            click = self._click[: max(0, count - at)] * np.float32(min(level, 0.03))
            played[at : at + size, 0] += click * np.float32(side)
            played[at : at + size, 1] += click * np.float32(1.3 - side)
        return played

    def _waver(self, sound: Wave, start: int, number: int) -> Wave:
        """Return the block of one pair of channels at the tape's uneven speed."""
        count = len(sound)
        # Both sides have the same speed: as real and imaginary part they are interpolated together.
        signal = np.empty(self._kept + count, np.complex64)
        signal.real[: self._kept], signal.imag[: self._kept] = self._before[number].T
        signal.real[self._kept :], signal.imag[self._kept :] = sound.T
        self._before[number] = np.stack([signal.real[-self._kept :], signal.imag[-self._kept :]]).T
        first = np.arange(0, count + _SLOW, _SLOW)
        time = (start + first) / RATE
        wow = 0.0011 * np.sin(2 * np.pi * 0.53 * time) + 0.00045 * np.sin(
            2 * np.pi * 0.91 * time + 1.0
        )
        flutter = 0.00004 * np.sin(2 * np.pi * 7.3 * time)
        point = first + self._kept - (_DELAY + self._amount * (wow + flutter)) * RATE
        steps = np.arange(_SLOW) / _SLOW
        place = (point[:-1, None] + np.diff(point)[:, None] * steps).reshape(-1)[:count]
        index = place.astype(np.intp)
        part = single(place - index)
        here = signal[index]
        index += 1
        here += (signal[index] - here) * part
        return np.stack([here.real, here.imag]).T

    def _hiss(self, played: Wave, start: int) -> None:
        """Add the noise, which repeats every five seconds."""
        done = 0
        while done < len(played):
            at = (start + done) % len(self._noise)
            noise = self._noise[at : at + len(played) - done]
            played[done : done + len(noise)] += noise
            done += len(noise)


def sidechain(
    strokes: Sequence[float], start: int, count: int, recovery: float
) -> NDArray[np.float32]:
    """Return how far the kick lowers other parts, 0 (not at all) .. 1, [count].

    Args:
        strokes: Times of all kicks, in seconds.
        start: Number of the first sample.
        count: Samples.
        recovery: Seconds until the level has recovered.
    """
    down = round(0.006 * RATE)
    rise = np.linspace(1.0, 0.0, round(recovery * RATE))
    dip = np.concatenate([np.linspace(0.0, 1.0, down), rise**1.5]).astype(np.float32)
    depth = np.zeros(count, np.float32)
    for stroke in strokes:
        begin = round(stroke * RATE) - down - start
        if begin + dip.size <= 0 or begin >= count:
            continue
        low, high = max(begin, 0), min(begin + dip.size, count)
        np.maximum(depth[low:high], dip[low - begin : high - begin], out=depth[low:high])
    return depth
