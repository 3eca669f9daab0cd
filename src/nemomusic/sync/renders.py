"""Exports of a blocking client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nemomusic.models.values.value import LiveHandle
from nemomusic.sync.conversation import unwrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

    from nemomusic.conversation.session_ref import SessionLike
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.models.render import RenderStatus
    from nemomusic.resources import render
    from nemomusic.resources.render_steps import Export
    from nemomusic.sync.bridge import Bridge


class RenderJob(LiveHandle):
    """The handle of a render. See `nemomusic.RenderJob`."""

    def __init__(self, bridge: Bridge, inner: render.RenderJob) -> None:
        self._bridge = bridge
        self._inner = inner

    def __repr__(self) -> str:
        return f"<sync.RenderJob {self.id}>"

    @property
    def id(self) -> str:
        """The id of the render. Save it: without the id, no program can find the render again."""
        return self._inner.id

    def status(self) -> RenderStatus:
        """Ask for the status and progress of the render."""
        return self._bridge.run(self._inner.status())

    def wait(self, on_progress: ProgressCallback | None = None) -> RenderStatus:
        """Wait until the render is completed."""
        return self._bridge.run(self._inner.wait(on_progress))

    def cancel(self) -> None:
        """Cancel the render."""
        self._bridge.run(self._inner.cancel())

    def stream(self, *, on_progress: ProgressCallback | None = None) -> Iterator[bytes]:
        """Yield the result, in pieces of up to 1 MiB."""
        return self._bridge.iterate(
            lambda: self._inner.stream(on_progress=on_progress), lambda piece: piece
        )

    def read(self, *, on_progress: ProgressCallback | None = None) -> bytes:
        """Return the result as bytes."""
        return self._bridge.run(self._inner.read(on_progress=on_progress))

    def download(
        self,
        path: str | PathLike[str],
        *,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Download the result to a path."""
        return self._bridge.run(
            self._inner.download(path, overwrite=overwrite, on_progress=on_progress)
        )


class Renders:
    """`client.render`: exports. Every call takes a `RenderJob` or its id."""

    def __init__(self, bridge: Bridge, inner: render.Renders) -> None:
        self._bridge = bridge
        self._inner = inner

    def start(
        self, session: SessionLike, draft: Draft | Mapping[str, Any] | None = None
    ) -> RenderJob:
        """Start an export."""
        return RenderJob(self._bridge, self._bridge.run(self._inner.start(unwrap(session), draft)))

    def attach(self, render: RenderJob | str | int) -> RenderJob:
        """Return a handle for a render that exists. No request is sent."""
        if isinstance(render, RenderJob):
            return render
        return RenderJob(self._bridge, self._inner.attach(render))

    def status(self, render: RenderJob | str | int) -> RenderStatus:
        """Ask for the status and progress of a render."""
        return self._bridge.run(self._inner.status(_id(render)))

    def wait(
        self, render: RenderJob | str | int, *, on_progress: ProgressCallback | None = None
    ) -> RenderStatus:
        """Wait until a render is completed."""
        return self._bridge.run(self._inner.wait(_id(render), on_progress=on_progress))

    def cancel(self, render: RenderJob | str | int) -> None:
        """Cancel a render that is not finished."""
        self._bridge.run(self._inner.cancel(_id(render)))

    def download(
        self,
        render: RenderJob | str | int,
        path: str | PathLike[str],
        *,
        status: RenderStatus | None = None,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Fetch the result of a completed render."""
        return self._bridge.run(
            self._inner.download(
                _id(render), path, status=status, overwrite=overwrite, on_progress=on_progress
            )
        )

    def stream(
        self, render: RenderJob | str | int, *, on_progress: ProgressCallback | None = None
    ) -> Iterator[bytes]:
        """Yield the result of a completed render, in pieces of up to 1 MiB."""
        return self._bridge.iterate(
            lambda: self._inner.stream(_id(render), on_progress=on_progress), lambda piece: piece
        )

    def read(
        self, render: RenderJob | str | int, *, on_progress: ProgressCallback | None = None
    ) -> bytes:
        """Return the result of a completed render."""
        return self._bridge.run(self._inner.read(_id(render), on_progress=on_progress))

    def export(
        self,
        session: SessionLike,
        output: str | PathLike[str],
        *,
        draft: Draft | Mapping[str, Any] | None = None,
        overwrite: bool = False,
        on_progress: ProgressCallback | None = None,
    ) -> Export:
        """Start a render, wait for it, and download its result."""
        return self._bridge.run(
            self._inner.export(
                unwrap(session), output, draft=draft, overwrite=overwrite, on_progress=on_progress
            )
        )


def _id(render: RenderJob | str | int) -> str | int:
    return render.id if isinstance(render, RenderJob) else render
