"""Checked by mypy and pyright in CI, never run: what a user's editor and type checker see."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import nemomusic
from nemomusic import errors


async def quick_edit() -> None:
    async with nemomusic.Client.local(seed=1) as client:
        assert_type(client, nemomusic.Client)
        video = await client.add_music("trip.mp4", "lo-fi", output=Path("out.mp4"))
        assert_type(video, nemomusic.ScoredVideo)
        assert_type(video.path, Path)
        assert_type(video.timeline, nemomusic.Timeline)
        assert_type(video.reply, nemomusic.Reply)
        assert_type(video.export, nemomusic.Export)
        assert_type(video.export.status, nemomusic.RenderStatus)


async def resources(client: nemomusic.Client) -> None:
    assert_type(await client.auth.token(), nemomusic.Secret)
    session = await client.sessions.open("name", "zh-CN")
    assert_type(session, nemomusic.Session)
    assert_type(client.sessions.attach("123"), nemomusic.Session)
    assert_type(await client.uploads.send(session, "a.mp4", b"..."), list[nemomusic.Media])
    assert_type(await session.upload_urls("https://example.org/a.mp4"), list[nemomusic.Media])
    async with client.stream.send("123", "lo-fi") as turn:
        assert_type(turn, nemomusic.Turn)
        async for words in turn.text_stream:
            assert_type(words, str)
        async for event in turn:
            assert_type(event, nemomusic.Event)
            match event:
                case nemomusic.TextEvent(text):
                    assert_type(text, str)
                case nemomusic.ToolCall(name):
                    assert_type(name, str)
                case _:
                    pass
        assert_type(await turn.finished(), nemomusic.Reply)
    assert_type(await client.stream.ask(session, "slower"), nemomusic.Reply)
    state = await client.state.latest(session)
    assert_type(state.draft, nemomusic.Draft)
    assert_type(state.draft.tracks[0].segments[0].duration, float | None)
    assert_type(await client.credits.balance(), nemomusic.Credits)
    job = await client.render.start(session)
    assert_type(job, nemomusic.RenderJob)
    assert_type(await job.wait(on_progress=print), nemomusic.RenderStatus)
    assert_type(await job.download("out.mp4"), nemomusic.Export)
    match await session.say("export", output="out.mp4"):
        case nemomusic.ExportAnswer(export=export):
            assert_type(export, nemomusic.Export)
        case nemomusic.CreditsAnswer(credits=credits):
            assert_type(credits, nemomusic.Credits)
        case nemomusic.StateAnswer(state=seen):
            assert_type(seen, nemomusic.State)
        case nemomusic.UploadAnswer(media=media):
            assert_type(media, tuple[nemomusic.Media, ...])
        case nemomusic.ReplyAnswer(reply=reply):
            assert_type(reply, nemomusic.Reply)


async def jobs() -> None:
    async with nemomusic.Client("nmv_usr_x", journal="jobs.sqlite") as client:
        assert_type(await client.jobs.list(), list[nemomusic.JobRecord])
        hurried = client.with_options(deadline=60, policy=nemomusic.Policy().without("rate"))
        assert_type(hurried, nemomusic.Client)
        job = await client.jobs.submit(["a.mp4", b"..."], "lo-fi", key="order-17")
        assert_type(job, nemomusic.Job)
        assert_type(await job.status(), nemomusic.JobStatus)
        async for progress in job.progress():
            assert_type(progress, nemomusic.Progress)
        assert_type(await client.jobs.resume_all(), list[nemomusic.Job])
        try:
            await client.jobs.attach("job_1").result(resend=True)
        except errors.OutcomeUnknownError as error:
            assert_type(error.readings, int)
        except errors.OutOfCreditsError as error:
            assert_type(error.registration_url, str | None)
        except nemomusic.NemoMusicError as error:
            assert_type(error.remedy, str | None)
