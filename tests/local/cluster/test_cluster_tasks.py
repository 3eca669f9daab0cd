"""What a worker of a cluster does with a job, in this process: files come from the store alone."""

from __future__ import annotations

import hashlib

import attrs
import pytest

pytest.importorskip("distributed")
pytest.importorskip("fsspec")

from nemomusic.engine.synthesis.soundfont import SoundFont
from nemomusic.engine.types import Brief
from nemomusic.local import DaskEngine, Limits
from nemomusic.local.cluster import cluster_tasks
from nemomusic.local.cluster.content_store import ContentStore
from support.composing import see
from support.soundfonts import write_font


@pytest.mark.parametrize("owner_has_one", [True, False])
async def test_the_owners_sound_font_plays_on_every_worker(tmp_path, monkeypatch, owner_has_one):
    font = write_font(tmp_path / "owners.sf2")
    other = write_font(tmp_path / "workers.sf2", root=60)
    ended, digests = [], []

    class Engine(DaskEngine):
        async def _call(self, request, progress, out=None):
            job = {
                "key": "a",
                "request": {**self._with_digests(request), "has_out": True},
                "store": self._store.url,
                "options": {},
                "versions": cluster_tasks.versions(),
                "topic": "t",
            }
            for workers_own in ("", str(other)):
                monkeypatch.setenv("NEMOMUSIC_SOUNDFONT", workers_own)
                ended.append(cluster_tasks.run_job(job))
                self._store.fetch(ended[-1]["out"], out)
                digests.append(hashlib.sha256(out.read_bytes()).hexdigest())
            return ended[-1]["result"]

    engine = Engine("tcp://127.0.0.1:1", store=(tmp_path / "store").as_uri())
    monkeypatch.setenv("NEMOMUSIC_SOUNDFONT", str(font) if owner_has_one else "")
    brief = Brief(words="piano", style="piano")
    await engine.compose(see(duration=3.0), brief, 7, tmp_path / "out.wav", lambda _: None)
    await engine.close()
    wanted = f"owners.sf2 {SoundFont(font).digest}" if owner_has_one else "synthesis"
    assert [answer["result"]["instruments"] for answer in ended] == [wanted] * 2
    assert digests[0] == digests[1]


def test_a_clip_of_much_work_for_its_size_ends_on_a_cluster_too(tiny_clip, tmp_path):
    store = ContentStore((tmp_path / "store").as_uri())
    file = {"digest": store.put(tiny_clip), "name": tiny_clip.name}
    few = Limits(small_video_pixels=1e6, processor_seconds=1e-9)

    def run(limits):
        request = {"op": "analyze", "path": file, "limits": attrs.asdict(limits)}
        job = {"request": request, "store": store.url, "options": {}, "topic": "t", "key": "k"}
        return cluster_tasks.run_job({**job, "versions": cluster_tasks.versions()})

    assert "processor time, the most for a file of this size" in run(few)["media"]["message"]
    assert run(few)["media"]["remedy"].startswith("Trim it")
    assert run(Limits(processor_seconds=1e-9))["result"]["duration"] > 1  # usual work has no limit


def test_progress_is_reported_a_few_times_a_second(monkeypatch):
    distributed = pytest.importorskip("distributed")
    said, now = [], [100.0]

    class Worker:
        def log_event(self, topic, message):
            said.append(message["fraction"])

    monkeypatch.setattr(distributed, "get_worker", Worker)
    monkeypatch.setattr(cluster_tasks.time, "monotonic", lambda: now[0])
    responses = cluster_tasks._TaskResponses("analyze", "topic", "key")
    for step in range(1, 101):  # a second of work, in a hundred steps
        now[0] += 0.01
        responses.progress(step / 100)
    assert len(said) == 3
    assert said == sorted(said)
