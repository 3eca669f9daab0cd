"""Temporary folders are deleted when a process ends at once, and forgotten when they are gone."""

from __future__ import annotations

from nemomusic.runtime import temporary_folders


def test_noted_folders_are_deleted_with_their_files(tmp_path):
    kept, noted, forgotten = (tmp_path / name for name in ("kept", "noted", "forgotten"))
    for folder in (kept, noted, forgotten):
        folder.mkdir()
        (folder / "part.bin").write_bytes(b"x")
    temporary_folders.add(noted)
    temporary_folders.add(forgotten)
    temporary_folders.discard(forgotten)
    temporary_folders.delete_all()
    temporary_folders.discard(noted)
    assert sorted(tmp_path.iterdir()) == [forgotten, kept]
