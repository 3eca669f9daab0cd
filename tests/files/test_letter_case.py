"""Whether names that differ only in case are one name."""

from __future__ import annotations

import pytest

from nemomusic.files.letter_case import folded, ignores_case


@pytest.mark.parametrize("inside", ["", "Clip.mp4", "12"])
def test_the_answer_is_that_of_the_disk(tmp_path, inside):
    folder = tmp_path / "Place"
    folder.mkdir()
    answer = (tmp_path / "pLACE").exists()
    if inside:
        (folder / inside).write_text("")
    before = sorted(tmp_path.rglob("*"))
    assert ignores_case(folder) is answer
    assert ignores_case(folder / "new" / "deep") is answer
    assert sorted(tmp_path.rglob("*")) == before


def test_two_files_are_two_names(tmp_path):
    (tmp_path / "a.mp4").write_text("")
    (tmp_path / "A.mp4").write_text("")
    assert ignores_case(tmp_path) is (len(list(tmp_path.iterdir())) == 1)


def test_spellings_of_one_name():
    assert folded("Stra\u00dfe/Cafe\u0301.mp4") == folded("STRASSE/CAF\u00c9.mp4")
