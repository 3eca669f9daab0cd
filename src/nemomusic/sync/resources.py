"""The resources of a blocking client that return plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.sync.conversation import unwrap

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from nemomusic.conversation.session_ref import SessionLike
    from nemomusic.files.sources import Uploadable
    from nemomusic.models.account import ClaimLink, Credits
    from nemomusic.models.cue_sheet import CueSheet
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.models.drafts.media import Media
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.models.state import State
    from nemomusic.resources import auth, scores, state, uploads
    from nemomusic.resources import credits as balances
    from nemomusic.secret import Secret
    from nemomusic.sync.bridge import Bridge


class Auth:
    """`client.auth`: tokens and claim links."""

    def __init__(self, bridge: Bridge, inner: auth.Auth) -> None:
        self._bridge = bridge
        self._inner = inner

    def token(self) -> Secret:
        """Return the bearer token in use; acquire one if there is none."""
        return self._bridge.run(self._inner.token())

    @property
    def anonymous(self) -> bool:
        """Whether the token in use is an anonymous one."""
        return self._inner.anonymous

    @property
    def user_id(self) -> str | None:
        """The owner of the token; None until an answer names the owner."""
        return self._inner.user_id

    def claim_link(self, session: SessionLike) -> ClaimLink:
        """Return a link that a person can open to see this one project."""
        return self._bridge.run(self._inner.claim_link(unwrap(session)))


class Uploads:
    """`client.uploads`: files and web addresses into a session."""

    def __init__(self, bridge: Bridge, inner: uploads.Uploads) -> None:
        self._bridge = bridge
        self._inner = inner

    def send(
        self,
        session: SessionLike,
        *sources: Uploadable,
        on_progress: ProgressCallback | None = None,
    ) -> list[Media]:
        """Upload files into a session, in one request."""
        return self._bridge.run(
            self._inner.send(unwrap(session), *sources, on_progress=on_progress)
        )

    def send_urls(self, session: SessionLike, *urls: str) -> list[Media]:
        """Ask the service to download files from web addresses."""
        return self._bridge.run(self._inner.send_urls(unwrap(session), *urls))


class States:
    """`client.state`: the draft and the media of a session."""

    def __init__(self, bridge: Bridge, inner: state.States) -> None:
        self._bridge = bridge
        self._inner = inner

    def latest(self, session: SessionLike) -> State:
        """Read the newest state."""
        return self._bridge.run(self._inner.latest(unwrap(session)))


class CreditsBalance:
    """`client.credits`: the balance of credits."""

    def __init__(self, bridge: Bridge, inner: balances.CreditsBalance) -> None:
        self._bridge = bridge
        self._inner = inner

    def balance(self) -> Credits:
        """Read the available credits, the credits reserved for work in progress, and their sum."""
        return self._bridge.run(self._inner.balance())


class Scores:
    """`client.scores`: the stems, the MIDI file and the cue sheet of the music of a session."""

    def __init__(self, bridge: Bridge, inner: scores.Scores) -> None:
        self._bridge = bridge
        self._inner = inner

    def stems(
        self,
        session: SessionLike,
        folder: str | PathLike[str],
        *,
        draft: Draft | None = None,
        overwrite: bool = False,
    ) -> dict[str, Path]:
        """Write each part of the music as a WAV file. All files together sound like the music."""
        return self._bridge.run(
            self._inner.stems(unwrap(session), folder, draft=draft, overwrite=overwrite)
        )

    def midi(
        self,
        session: SessionLike,
        path: str | PathLike[str],
        *,
        draft: Draft | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write the music as a MIDI file."""
        return self._bridge.run(
            self._inner.midi(unwrap(session), path, draft=draft, overwrite=overwrite)
        )

    def cue_sheet(self, session: SessionLike, *, draft: Draft | None = None) -> CueSheet:
        """Return the events of the music with their times, and the cuts that they are placed on."""
        return self._bridge.run(self._inner.cue_sheet(unwrap(session), draft=draft))
