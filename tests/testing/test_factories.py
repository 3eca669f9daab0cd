"""Results without a backend, for unit tests of code that takes results."""

from __future__ import annotations

from pathlib import Path

import pytest

import nemomusic
from nemomusic import errors, testing
from nemomusic.testing import factories


def test_a_scored_video_is_consistent_in_itself():
    video = testing.scored_video("films/trip.mp4", job_id="job_7", warnings=("No sound.",))
    assert isinstance(video, nemomusic.ScoredVideo)
    assert video.path == video.export.path == Path("films/trip.mp4")
    assert video.reply.changes.added_audio
    assert "BGM: Lo-fi" in str(video)
    assert video.session.id == video.state.session_id
    assert video.export.status.final
    assert (video.job_id, video.warnings) == ("job_7", ("No sound.",))


def test_parts_can_be_given():
    silent = testing.reply(
        "Done.", silent=True, outcome="recovered", before=testing.reply().state.draft
    )
    assert not silent.changes
    export = testing.export("a.mp4", raw={"id": "render_1", "status": "failed", "error": "no"})
    video = testing.scored_video(answer=silent, finished=export, project=testing.session("42"))
    assert video.reply is silent
    assert video.export.status.state == "failed"
    assert video.session.id == "42"


def test_each_call_makes_values_of_its_own():
    first, second = testing.reply(), testing.reply()
    first.state.raw["state"]["draft"]["t"].clear()
    assert second.state.draft.tracks


async def test_calls_of_a_session_reach_no_service():
    async with factories._unreachable_client() as client:
        session = testing.session(client=client.with_options(max_retries=0))
        with pytest.raises(errors.ConnectError):
            await session.state()
