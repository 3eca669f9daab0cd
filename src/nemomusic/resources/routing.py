"""What a person types, sent where it belongs (contract, section 4)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from nemomusic import errors
from nemomusic.protocol.phrases import Request, route_request, upload_sources

if TYPE_CHECKING:
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.render import Renders
    from nemomusic.resources.sessions import Session
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploads


@attrs.frozen(kw_only=True)
class Answer:
    """What `session.say()` gives.

    Attributes:
        request: which call served it.
        text: words for a person.
        value: `Reply`, `State`, `Credits`, `Rendered` or a list of `Media`, as `request` says.
    """

    request: Request
    text: str
    value: Any

    def __str__(self) -> str:
        return self.text


class Routing:
    """Serves what was typed: export, credits, state and upload without the stream."""

    def __init__(
        self,
        states: States,
        credits_: CreditsBalance,
        stream: Stream,
        uploads: Uploads,
        renders: Renders,
    ) -> None:
        self._states = states
        self._credits = credits_
        self._stream = stream
        self._uploads = uploads
        self._renders = renders

    async def say(
        self,
        session: Session,
        text: str,
        *,
        output: str | Path | None = None,
        overwrite: bool = False,
    ) -> Answer:
        """See `Session.say`.

        Raises:
            PromptError: there is no word in it.
            OutputError: an export was asked for, and `output` was not given or can't be written.
            NemoMusicError: as the call that serves it.
        """
        if not text.strip():
            raise errors.PromptError("nothing was said")
        request = route_request(text)
        zh = (session.language or "").startswith("zh")
        if request is Request.CREDITS:
            balance = await self._credits.balance()
            words = f"{balance.available:g} credits available, {balance.frozen:g} reserved"
            if zh:
                words = f"可用积分 {balance.available:g}，冻结 {balance.frozen:g}"
            return Answer(request=request, text=words, value=balance)
        if request is Request.STATE:
            state = await self._states.latest(session)
            words = state.timeline.text(session.language or "en")
            return Answer(request=request, text=words, value=state)
        if request is Request.EXPORT:
            if output is None:
                raise errors.OutputError(
                    "an export needs a place", remedy="Pass output='somewhere.mp4'."
                )
            rendered = await self._renders.export(session, output, overwrite=overwrite)
            words = f"已导出：{rendered.path}" if zh else f"Exported: {rendered.path}"
            return Answer(request=request, text=words, value=rendered)
        if request is Request.UPLOAD:
            sources = upload_sources(text)
            if sources:
                return await self._upload(session, request, sources, zh=zh)
        reply = await self._stream.ask(session, text)
        return Answer(request=Request.STREAM, text=reply.text, value=reply)

    async def _upload(
        self, session: Session, request: Request, sources: tuple[str, ...], *, zh: bool
    ) -> Answer:
        urls = [one for one in sources if one.startswith(("http://", "https://"))]
        paths = [Path(one).expanduser() for one in sources if one not in urls]
        media = await self._uploads.send(session, *paths) if paths else []
        if urls:
            media += await self._uploads.send_urls(session, *urls)
        names = ", ".join(map(str, media))
        words = f"已上传：{names}" if zh else f"Uploaded: {names}"
        return Answer(request=request, text=words, value=media)
