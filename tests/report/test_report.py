"""The report: what stands in it, and that nothing of a user's text becomes markup."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest

import nemomusic
from nemomusic import engine, errors
from nemomusic.models.drafts.draft import Draft
from nemomusic.models.drafts.timeline import Timeline
from nemomusic.report import Report, ReportRow, timeline_svg
from support.worker_processes import posix

EVIL = "<script>alert('x')</script>\"&.mp4"


def row(number=1, **more):
    return ReportRow(**{"number": number, "input": "a.mp4", "state": "done", **more})


def timeline(name="BGM: Lofi"):
    return Timeline.of(
        Draft(
            {
                "t": [
                    {"tt": 0, "sg": [{"id": "1", "d": 6000, "tr": {"s": 0, "d": 6000}}]},
                    {"tt": 1, "sg": [{"id": "2", "d": 6000, "m": {"name": name}}]},
                ]
            }
        )
    )


def test_a_drawing_is_well_formed_whatever_the_names_are():
    for drawn in (
        timeline_svg(timeline(EVIL), energy=[0.0, 0.5, 1.0, 7.0, -3.0], cuts=[1.0, 5.0, 99.0]),
        timeline_svg(None, duration=4.0, energy=[1.0], cuts=[2.0]),
        timeline_svg(None),
    ):
        root = ET.fromstring(drawn)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "<script" not in drawn
        for x in re.findall(r' x[12]?="([0-9.-]+)"', drawn):
            assert -1 <= float(x) <= 364


def test_energy_and_cuts_stand_where_they_belong():
    drawn = timeline_svg(None, duration=10.0, energy=[0.0, 1.0], cuts=[2.5], width=400, height=80)
    assert 'x1="100.0"' in drawn
    (points,) = re.findall(r'points="([^"]+)"', drawn)
    assert points.split() == ["0,80", "100.0,80.0", "300.0,0.0", "400,80"]


@posix
def test_rows_go_to_both_files(tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "mine").write_text("precious")
    for name in ("report.html", ".report.html.part", "report.jsonl"):
        (tmp_path / "report" / name).symlink_to(tmp_path / "mine")  # of another program
    report = Report(tmp_path / "report", title="Clips <1>")
    report.write(
        row(1, path=str(tmp_path / "out" / "a b.mp4"), tempo=92.0, hits=3, cuts=(1.0, 2.0))
    )
    report.write(row(2, input=EVIL, state="failed", error=EVIL, remedy="Try & see."))
    page = report.close()
    text = page.read_text("utf-8")
    assert EVIL not in text
    assert "Clips &lt;1&gt;" in text
    assert "2 clips: 1 done, 1 failed" in text
    assert 'data-src="../out/a%20b.mp4"' in text
    assert "3 of 3" in text
    assert "Try &amp; see." in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)  # it opens offline
    lines = [json.loads(line) for line in (page.parent / "report.jsonl").read_text().splitlines()]
    assert [line["input"] for line in lines] == ["a.mp4", EVIL]
    assert lines[0]["cuts"] == [1.0, 2.0]
    assert (tmp_path / "mine").read_text() == "precious"


def test_a_name_that_is_no_text_is_shown_and_played(tmp_path):
    report = Report(tmp_path)
    report.write(row(1, input="b\udcff.mp4", path=str(tmp_path / "b\udcff.mp4")))
    page = report.close()
    assert 'data-src="b%FF.mp4"' in page.read_text("utf-8")
    (line,) = (tmp_path / "report.jsonl").read_text().splitlines()
    assert json.loads(line)["input"] == "b\udcff.mp4"


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(errors.OutputError, match="report"):
        Report(tmp_path / "file")


def test_an_overview_of_a_real_clip(tiny_clip):
    seen = engine.overview(tiny_clip, frames=4, height=36, points=20)
    assert seen.strip[:3] == b"\xff\xd8\xff"
    assert seen.frames == 4
    found = engine.probe(tiny_clip)
    assert seen.duration == found.duration
    assert len(seen.energy) == (20 if found.has_audio else 0)
    assert all(0.0 <= level <= 1.0 for level in seen.energy)


async def test_a_batch_with_the_real_engine(tiny_clip, tmp_path):
    orders = [
        nemomusic.Order(source=tiny_clip, prompt="warm lo-fi", output="a.mp4"),
        nemomusic.Order(source=tmp_path / "none.mp4"),
    ]
    async with nemomusic.Client.local(tmp_path / "backend") as client:
        async with Report(tmp_path / "report") as report:
            async for outcome in client.batches.run(orders, folder=tmp_path / "out"):
                report.add(outcome)
    lines = (tmp_path / "report" / "report.jsonl").read_text("utf-8").splitlines()
    found = {line["number"]: line for line in map(json.loads, lines)}
    good, bad = found[1], found[2]
    assert good["state"] == "done"
    assert good["strip"].startswith("data:image/jpeg;base64,")
    assert -30 < good["loudness"] < -5
    assert good["tempo"] > 40
    assert max(good["energy"]) == 1.0
    assert len(good["energy"]) == 120
    assert ET.fromstring(good["drawing"]) is not None
    assert bad["state"] == "failed"
    assert "none.mp4" in bad["error"]


def test_without_the_extra_the_row_says_so(monkeypatch, tmp_path):
    import importlib.util

    from nemomusic.report import row as rows

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "av" else real(name)
    )
    note, seen = rows._overview(tmp_path / "a.mp4")
    assert seen is None
    assert "pip install '.[local]'" in note
