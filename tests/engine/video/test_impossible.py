"""What FFmpeg can't do with a clip is the clip's fault; a full disk is not."""

from __future__ import annotations

import errno

import av
import pytest

from nemomusic.engine.errors import MediaError
from nemomusic.engine.types import RenderPlan, Shot
from nemomusic.engine.video import render as module


@pytest.mark.parametrize(("code", "wanted"), [(errno.EINVAL, MediaError), (errno.ENOSPC, OSError)])
def test_each_has_its_reason(tiny_clip, tmp_path, monkeypatch, code, wanted):
    def fail(*_):
        raise av.error.FFmpegError(code, "no good")

    monkeypatch.setattr(module, "write_mp4", fail)
    plan = RenderPlan((Shot(str(tiny_clip), 1.0),))
    with pytest.raises(wanted, match="no good") as caught:
        module.render(plan, tmp_path / "out.mp4")
    assert not isinstance(caught.value, av.FFmpegError)
    assert list(tmp_path.iterdir()) == []
