"""Damaged files through whole jobs of the real engine; the long run is `mutated_media.py`."""

from __future__ import annotations

import pytest

from support.mutated_media import fuzz


@pytest.mark.slow
async def test_each_is_a_video_or_a_typed_error_and_nothing_is_paid_for_nothing():
    found = await fuzz(40, seed=20, limit=900.0)
    assert found.wrong == []
    assert sum(found.ends.values()) == 40
    assert found.ends["video"] > 5
