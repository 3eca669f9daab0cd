"""Transforms in single precision."""

from __future__ import annotations

import numpy as np
import pytest

from nemomusic.engine.audio.transforms import signals_of, spectra_of, transform_size


@pytest.mark.parametrize("count", [1, 4, 6])
@pytest.mark.parametrize("frames", [960, 1000])
def test_a_filter_by_transforms_is_as_exact_as_single_precision_allows(count, frames):
    signals = np.random.default_rng(1).standard_normal((count, frames)).astype(np.float32)
    response = np.exp(-np.arange(501) / 100.0)
    spectra = spectra_of(signals, 1000)
    assert spectra.dtype == np.complex64
    filtered = signals_of(spectra * response.astype(np.float32), 1000)
    assert filtered.dtype == np.float32
    exact = np.fft.irfft(np.fft.rfft(signals.astype(np.float64), 1000) * response, 1000)
    assert np.abs(filtered - exact).max() < 3e-6


@pytest.mark.parametrize(("least", "size"), [(2, 2), (1000, 1000), (1025, 1080), (98_300, 98_304)])
def test_a_transform_has_a_size_of_small_factors(least, size):
    assert transform_size(least) == size
