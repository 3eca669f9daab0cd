"""Stems, MIDI files and cue sheets: fetched, bounded, written once, refused without."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import wave
import zipfile

import aiohttp
import attrs
import numpy as np
import pytest

import nemomusic
import nemomusic.sync
from nemomusic import errors
from nemomusic.files.stem_archive import unpack_stems
from nemomusic.local import LocalOptions
from nemomusic.local.limits import Limits
from nemomusic.models.cue_sheet import CueSheet, score_urls
from nemomusic.testing import Faults, StubBackend
from nemomusic.testing.backend import ScriptedEngine
from support.midi_files import read_midi, seconds, tempos_of

PROMPT = "warm lo-fi music"
CLIP = b"\0\0\0\x18ftypmp42" + bytes(5000)


def frames(path):
    """Read the frames of a 16-bit stereo WAV."""
    with wave.open(str(path)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return raw.reshape(-1, 2).astype(int)


async def test_what_was_composed_comes_as_stems_midi_and_cues(tiny_clip, tmp_path):
    async with nemomusic.Client.local(tmp_path / "backend", options=LocalOptions(workers=1)) as c:
        video = await c.add_music(tiny_clip, PROMPT, output=tmp_path / "out.mp4")
        stems = await video.stems()
        midi = await video.midi()
        cues = await video.cue_sheet()
        urls = score_urls(video.state)
        assert video.state.fingerprint == (await video.session.state()).fingerprint
        async with aiohttp.ClientSession() as http, http.get(urls["mix"]) as answer:
            (tmp_path / "mix.wav").write_bytes(await answer.read())
    assert {path.parent for path in stems.values()} == {tmp_path / "out-stems"}
    mix, parts = frames(tmp_path / "mix.wav"), [frames(path) for path in stems.values()]
    assert {"drums", "room"} <= stems.keys()
    assert {len(part) for part in parts} == {len(mix)} == {round(2.4 * 48_000)}
    assert np.abs(sum(parts) - mix).max() <= 4 * len(parts)  # what is rounded
    assert np.abs(mix).max() > 3000
    division, tracks = read_midi(midi.read_bytes())
    assert midi == tmp_path / "out.mid"
    notes = [tick for track in tracks[1:] for tick, m in track if m[0] & 0xF0 == 0x90]
    tempos = tempos_of(tracks[0])
    assert notes
    assert tempos[0][0] == 0
    assert max(seconds(tick, tempos, division) for tick in notes) < 2.4
    cuts = next(iter(video.state.raw["state"]["nemomusic"]["analyses"].values()))["cuts"]
    assert len(cues.hits) == len({cue.cut for cue in cues if cue.cut is not None}) > 0
    assert (cues[-1], cues[:2]) == (cues.cues[-1], cues.cues[:2])
    for cue in cues.hits:
        assert abs(cue.time - cuts[cue.cut - 1]) <= 0.06


async def test_a_file_is_written_once_for_all_who_ask(tmp_path):
    class Counting(ScriptedEngine):
        written = 0

        async def score_file(self, source, form, out, progress):
            self.written += 1
            await asyncio.sleep(0)
            return await super().score_file(source, form, out, progress)

    engine = Counting()
    async with StubBackend(tmp_path / "backend", engine=engine) as backend:
        async with backend.client() as client:
            session = await client.sessions.open()
            await session.upload(CLIP)
            await session.ask(PROMPT)
            assert engine.written == 0
            sheets = await asyncio.gather(*[session.cue_sheet() for _ in range(3)])
            assert engine.written == 1
            assert sheets[0] == sheets[1] == sheets[2]
            assert [cue.cut for cue in sheets[0].hits] == [1, 2, 3]
            rows = list(csv.reader(io.StringIO(sheets[0].to_csv())))
            url = score_urls(await session.state())["csv"]
            async with aiohttp.ClientSession() as http, http.get(url) as answer:
                assert answer.content_type == "text/csv"
                assert rows[0] == (await answer.text()).splitlines()[0].split(",")
            assert engine.written == 2
            used = backend._service.store.used_bytes("user_1")
            assert used > len(CLIP) + 100
        session_id = session.id
    async with StubBackend(tmp_path / "backend", engine=engine) as backend:  # a new address
        async with backend.client() as client:
            stems = await client.scores.stems(session_id, tmp_path / "stems")
            assert list(stems) == ["melody"]
            await client.scores.cue_sheet(session_id)
            assert engine.written == 3
            with pytest.raises(errors.OutputExistsError):
                await client.scores.stems(session_id, tmp_path / "stems")
            await client.scores.stems(session_id, tmp_path / "stems", overwrite=True)
            path = await client.scores.midi(session_id, tmp_path / "a.mid")
            with pytest.raises(errors.OutputExistsError):
                await client.scores.midi(session_id, path)


async def test_an_earlier_draft_has_its_own_music(tmp_path):
    async with StubBackend() as backend, backend.client() as client:
        video = await client.add_music(CLIP, PROMPT, output=tmp_path / "a.mp4")
        first = await video.midi()
        await video.session.ask("make it jazz instead")
        assert score_urls(await video.session.state()) != score_urls(video.state)
        assert score_urls(await video.session.state(), video.draft.raw) == score_urls(video.state)
        assert (await video.midi(overwrite=True)) == first


@pytest.mark.parametrize("form", ["stems", "midi", "cue_sheet"])
async def test_a_backend_without_scores_says_so(tmp_path, form):
    async with StubBackend() as backend, backend.client() as client:
        video = await client.add_music(CLIP, PROMPT, output=tmp_path / "a.mp4")
        raw = json.loads(json.dumps(video.state.raw))
        del raw["state"]["nemomusic"]
        backend.faults.add("state", Faults.json({"code": 0, "data": raw}))
        with pytest.raises(errors.ScoreUnavailableError, match="of this music") as caught:
            await getattr(video, form)()
        assert caught.value.session_id == video.session.id
    assert not list(tmp_path.glob("a-stems*/*"))


async def test_music_of_another_composer_and_full_quotas_are_refused():
    class Other(ScriptedEngine):
        async def score_file(self, source, form, out, progress):
            found = await super().score_file(source, form, out, progress)
            return attrs.evolve(found, fingerprint="0" * 16)

    async with StubBackend(engine=Other()) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        await session.ask(PROMPT)
        with pytest.raises(errors.DownloadError, match="409"):
            await session.cue_sheet()
    tight = LocalOptions(limits=Limits(bytes_per_user=len(CLIP) + 100))
    async with StubBackend(options=tight) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        await session.ask(PROMPT)
        with pytest.raises(errors.DownloadError, match="413"):
            await session.cue_sheet()


@pytest.mark.parametrize(
    "names", [["../evil.wav"], ["a/b.wav"], ["melody.exe"], [f"part-{n}.wav" for n in range(101)]]
)
def test_an_archive_of_something_else_is_not_unpacked(tmp_path, names):
    archive = tmp_path / "stems.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in names:
            packed.writestr(name, b"x")
    (tmp_path / "out").mkdir()
    with pytest.raises(errors.DownloadError):
        unpack_stems(archive, tmp_path / "out")
    archive.write_bytes(archive.read_bytes()[:-20])
    with pytest.raises(errors.DownloadError):
        unpack_stems(archive, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_cue_sheet_is_read_leniently():
    rows = [{"time": 1.5, "bar": 1, "beat": 2, "what": "hit", "cut": 1}, {"bar": 2}, 7, {"time": 3}]
    sheet = CueSheet.from_json(rows)
    assert [cue.time for cue in sheet] == [1.5, 3.0]
    assert [cue.cut for cue in sheet] == [1, None]
    assert "hit (cut 1)" in str(sheet)
    assert sheet.to_dict()["cues"][0]["beat"] == 2
    assert len(CueSheet.from_json(None)) == 0


def test_a_blocking_client_has_them_too(tmp_path):
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(CLIP)
    with nemomusic.sync.Client.local(engine=ScriptedEngine()) as client:
        video = client.add_music(clip, PROMPT)
        assert video.midi().read_bytes().startswith(b"MThd")
        assert list(video.stems()) == list(client.scores.stems(video.session, tmp_path / "s"))
        assert video.cue_sheet() == client.scores.cue_sheet(video.session.id)
        assert client.scores.midi(video.session, tmp_path / "b.mid").exists()
