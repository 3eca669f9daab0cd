"""What happens to the sound after the instruments: room, tone, tape, pump and limiter.

Everything works on blocks and keeps what it needs from one block to the next, so that memory does
not grow with the length of the piece. Blocks are float32 of shape [2, n].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nemomusic.local.engine.synth.waves import RATE, chance, hiss, single, spectrum_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nemomusic.local.engine.synth.waves import Wave

__all__ = ["Convolver", "Limiter", "Tape", "pump", "room", "tone_filter"]

_FRAME = 48  # samples in which the limiter sees one peak: 1 ms
_AHEAD = 5  # frames the limiter looks ahead
_RELEASE = 0.045  # dB a frame: 45 dB/s, slow enough not to distort bass
_DELAY = 0.006  # s, the tape's mean delay around which it wavers
_PIECE = 12_288  # samples a short filter takes at a time: transforms that fit in the cache
_SLOW = 16  # samples between the points of the tape's wavering


class Convolver:
    """A filter by overlap-add, for blocks of one length; only the last may be shorter.

    Args:
        impulse: [2, m].
        block: Samples a block.
    """

    def __init__(self, impulse: Wave, block: int) -> None:
        self._impulse = impulse
        self._piece = max(block, _PIECE) if impulse.shape[1] > _PIECE else _PIECE
        self._size = _good_size(self._piece + impulse.shape[1] - 1)
        self._spectrum = spectrum_of(impulse, self._size)
        self._tail = np.zeros((2, impulse.shape[1] - 1), np.float32)

    def __call__(self, sound: Wave) -> Wave:
        """Return the block filtered, with what rings over from earlier blocks."""
        count = sound.shape[1]
        result = np.zeros((2, count + self._tail.shape[1]), np.float32)
        result[:, : self._tail.shape[1]] = self._tail
        for start in range(0, count, self._piece):
            piece = sound[:, start : start + self._piece]
            rung = self._rung(piece)
            result[:, start : start + rung.shape[1]] += rung
        self._tail = result[:, count:].copy()
        return result[:, :count]

    def _rung(self, piece: Wave) -> Wave:
        """Return a piece with all its ringing."""
        length = piece.shape[1] + self._tail.shape[1]
        size, spectrum = self._size, self._spectrum
        if length < size // 2:
            size = _good_size(length)
            spectrum = spectrum_of(self._impulse, size)
        product = spectrum_of(piece, size)
        product *= spectrum
        return np.asarray(np.fft.irfft(product, n=size, axis=1)[:, :length], np.float32)


def _good_size(least: int) -> int:
    """Return the smallest 2^a * 3^b * 5^c that is even and not below `least`."""
    best = 1 << max(1, (least - 1).bit_length())
    five = 2
    while five < best:
        three = five
        while three < best:
            size = three
            while size < least:
                size *= 2
            best = min(best, size)
            three *= 3
        five *= 5
    return best


def room(seconds: float) -> Wave:
    """Return the impulse response of a room, [2, n], of unit energy on either side.

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
    total = np.zeros((2, count), np.float32)
    for index, (low, high, share) in enumerate(bands):
        noise = hiss(count / RATE, ("room", index), low=low, high=high, channels=2)
        weight = (1.0, 0.9, 0.55, 0.25)[index]
        total += noise * (weight * np.exp(-6.91 * time / (seconds * share))).astype(np.float32)
    total *= (1.0 - np.exp(-time / 0.012)).astype(np.float32)
    rng = chance("early", round(seconds * 100))
    for side in (0, 1):
        for at, level in zip(rng.uniform(0.004, 0.055, 9), rng.uniform(-4.0, 4.0, 9), strict=True):
            total[side, int(at * RATE)] += level
    # Some of it alike on both sides, or it would thin out where a phone plays one channel.
    total = np.stack([total[0] + 0.25 * total[1], total[1] + 0.25 * total[0]])
    gap = np.zeros((2, round(0.014 * RATE)), np.float32)
    whole = np.concatenate([gap, total], axis=1)
    return single(whole / np.sqrt(np.sum(whole**2, axis=1, keepdims=True)))


def tone_filter(colour: float, highs: float) -> Wave:
    """Return a minimum-phase filter, [2, 2048]: rumble cut, a tilt, and a limit of the highs.

    Args:
        colour: -1 (dark, -5 dB at the top) .. 1 (bright, +4 dB).
        highs: Hz above which the sound falls away.
    """
    size = 1 << 13
    hz = np.fft.rfftfreq(size, 1.0 / RATE)
    tilt = (
        (4.0 if colour > 0 else 5.0)
        * colour
        * np.clip(np.log2(np.maximum(hz, 1.0) / 900.0) / 3.0, -0.5, 1.0)
    )
    # What a mastering engineer does to most mixes: less box, more presence and air.
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
    return np.stack([impulse, impulse]).astype(np.float32)


class Tape:
    """An old record on an old tape: it wavers, crackles, hisses and saturates.

    Args:
        amount: 0..1.
        seed: What the crackle depends on.
        block: Samples a block; only the last may be shorter.
    """

    def __init__(self, amount: float, seed: int, block: int) -> None:
        self._amount = amount
        self._seed = seed
        self._block = block
        self._kept = round(0.012 * RATE)
        self._before = np.zeros((2, self._kept), np.float32)
        self._noise = hiss(5.0, ("tape",), low=90.0, high=6500.0, channels=2) * np.float32(
            0.0011 * amount
        )
        self._click = hiss(0.004, ("crackle",), low=900.0, high=7000.0)[0] * np.exp(
            -np.arange(round(0.004 * RATE), dtype=np.float32) / 40.0
        )

    def __call__(self, sound: Wave, start: int) -> Wave:
        """Return the block as the tape gives it back; `start` is its first sample's number."""
        count = sound.shape[1]
        played = self._waver(sound, start)
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
            played[0, at : at + size] += click * np.float32(side)
            played[1, at : at + size] += click * np.float32(1.3 - side)
        return played

    def _waver(self, sound: Wave, start: int) -> Wave:
        """Return the block at the tape's uneven speed."""
        count = sound.shape[1]
        # Both sides move alike: as real and imaginary part they are looked up together.
        whole = np.empty(self._kept + count, np.complex64)
        whole.real[: self._kept], whole.imag[: self._kept] = self._before
        whole.real[self._kept :], whole.imag[self._kept :] = sound
        self._before = np.stack([whole.real[-self._kept :], whole.imag[-self._kept :]])
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
        here = whole[index]
        index += 1
        here += (whole[index] - here) * part
        return np.stack([here.real, here.imag])

    def _hiss(self, played: Wave, start: int) -> None:
        """Add the noise, which repeats every five seconds."""
        done = 0
        while done < played.shape[1]:
            at = (start + done) % self._noise.shape[1]
            noise = self._noise[:, at : at + played.shape[1] - done]
            played[:, done : done + noise.shape[1]] += noise
            done += noise.shape[1]


def pump(strokes: Sequence[float], start: int, count: int, recovery: float) -> NDArray[np.float32]:
    """Return how deep the kick pushes others down at every sample, 0 (not) .. 1.

    Args:
        strokes: Seconds of every kick.
        start: Number of the first sample.
        count: Samples.
        recovery: Seconds until the push has gone.
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


class Limiter:
    """Keeps peaks below a ceiling, looking 5 ms ahead; what goes in comes out 10 ms later.

    Args:
        ceiling: Highest sample let through, 0..1.
    """

    latency = 2 * _AHEAD * _FRAME

    @classmethod
    def whole(cls, count: int) -> int:
        """Return how much has to go in for `count` samples to come out."""
        return -(-(count + cls.latency) // _FRAME) * _FRAME

    def __init__(self, ceiling: float) -> None:
        self._ceiling = ceiling
        self._held = np.zeros((2, self.latency), np.float32)
        self._past = np.zeros(_AHEAD)

    def __call__(self, sound: Wave) -> Wave:
        """Return a block of the same length (a multiple of 48 samples), 10 ms late."""
        whole = np.concatenate([self._held, sound], axis=1)
        frames = whole.shape[1] // _FRAME
        done = frames - 2 * _AHEAD
        peak = np.abs(whole).max(axis=0).reshape(frames, _FRAME).max(axis=1)
        need = np.minimum(0.0, 20.0 * np.log10(self._ceiling / np.maximum(peak, 1e-9)))
        window = np.lib.stride_tricks.sliding_window_view(need, _AHEAD + 1)[:done].min(axis=1)
        slope = _RELEASE * np.arange(done + 1)
        start = np.concatenate([[self._past[-1] + 0.0], window])
        # gain[i] = min(window[i], gain[i-1] + release), as a running minimum along the slope.
        gain = (np.minimum.accumulate(start - slope) + slope)[1:]
        gain = np.minimum(gain, 0.0)
        line = np.concatenate([self._past, gain])
        smooth = np.convolve(line, np.full(_AHEAD, 1.0 / _AHEAD), mode="valid")
        self._past = line[-_AHEAD:]
        linear = (10.0 ** (smooth / 20.0)).astype(np.float32)
        step = np.arange(_FRAME, dtype=np.float32) / _FRAME
        curve = linear[:-1, None] * (1.0 - step) + linear[1:, None] * step
        self._held = whole[:, done * _FRAME :].copy()
        return (whole[:, : done * _FRAME] * curve.reshape(-1)).astype(np.float32)
