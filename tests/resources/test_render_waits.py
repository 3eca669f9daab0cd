"""The words of a render's status, those that are not documented too."""

from __future__ import annotations

import pytest

from nemomusic import RenderStatus

URL = {"output": {"url": "http://127.0.0.1:9/x.mp4"}}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"status": "COMPLETED"}, "completed"),
        ({"status": "Completed "}, "completed"),
        ({"status": "succeeded", **URL}, "completed"),
        ({"status": "done", **URL}, "completed"),
        ({"status": None, **URL}, "completed"),
        ({"status": "processing", **URL}, "processing"),
        ({"status": "error", **URL}, "failed"),
        ({"status": "expired", **URL}, "failed"),
        ({"status": "FAILED"}, "failed"),
        ({"status": "canceled"}, "cancelled"),
        ({"status": "queued"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_words_of_a_status(status, state):
    assert RenderStatus(status).state == state
