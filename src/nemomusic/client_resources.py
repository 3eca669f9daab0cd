"""The resources of a client, and `add_music`, which does a whole job in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.models.prompts import DEFAULT_PROMPT

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from nemomusic.batches.batches import Batches
    from nemomusic.client_core import ClientCore
    from nemomusic.files.sources import Uploadable
    from nemomusic.jobs.jobs import Jobs
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.models.progress import ProgressCallback
    from nemomusic.resources.auth import Auth
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.registry import Resources
    from nemomusic.resources.render import Renders
    from nemomusic.resources.scores import Scores
    from nemomusic.resources.sessions import Sessions
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploads


class ClientResources:
    """The resources of a client. A program can read them before it enters the client."""

    _core: ClientCore
    _resources: Resources
    _jobs: Jobs | None

    @property
    def auth(self) -> Auth:
        """Tokens and claim links."""
        return self._resources.auth

    @property
    def sessions(self) -> Sessions:
        """Open and attach projects."""
        return self._resources.sessions

    @property
    def uploads(self) -> Uploads:
        """Upload files and web addresses into a session."""
        return self._resources.uploads

    @property
    def stream(self) -> Stream:
        """Messages to the agent, and their replies."""
        return self._resources.stream

    @property
    def state(self) -> States:
        """The draft and the media of a session."""
        return self._resources.state

    @property
    def credits(self) -> CreditsBalance:
        """The balance."""
        return self._resources.credits

    @property
    def render(self) -> Renders:
        """Exports."""
        return self._resources.render

    @property
    def scores(self) -> Scores:
        """Stems, MIDI file and cue sheet of the music, where the backend has them."""
        return self._resources.scores

    @property
    def jobs(self) -> Jobs:
        """Jobs: submit, attach, list, resume, forget."""
        if self._jobs is None:
            from nemomusic.jobs.jobs import Jobs

            self._jobs = Jobs(self._core.driver(self._resources), self._resources)
        return self._jobs

    @property
    def batches(self) -> Batches:
        """Many clips, each with its own prompt and its own export."""
        from nemomusic.batches.batches import Batches

        driver = self.jobs._driver  # noqa: SLF001 - one driver for both: it knows what is worked on
        return Batches(driver, self._resources, highest_price=self._core.message_price)

    @property
    def backend_name(self) -> str:
        """The name of the backend in a journal: its address, or `local:` and its folder."""
        return self._core.backend_name

    async def add_music(
        self,
        source: Uploadable | Sequence[Uploadable],
        prompt: str = DEFAULT_PROMPT,
        *,
        output: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        language: str | None = None,
        name: str | None = None,
        on_progress: ProgressCallback | None = None,
    ) -> ScoredVideo:
        """Put music under a video: upload, ask, render, download.

        This call does the same as `client.jobs.submit` and then `job.result()`. With a journal,
        each step of the job is noted on disk before it begins. After a crash, continue the job with
        `client.jobs.attach(job_id)`. Canceling this call stops the work, but the reply to a message
        that was sent is read to its end. The job can be resumed.

        Args:
            source: A path, an `https://` address, bytes, a binary file object, an async iterable, a
                `Source`; or a list of them, which are uploaded in order.
            prompt: The wish for the music, in a sentence.
            output: The path of the result. None means `<stem>-with-music.mp4` beside the (first)
                source. A folder means a file of that name in it.
            overwrite: Whether an existing file may be replaced (never the source).
            language: Language code of the agent's answers, such as `en`. None means that the script
                (writing system) of the prompt decides.
            name: The project's name. None means the name of the file.
            on_progress: Called with each `Progress`. It may be a function, or a coroutine function,
                which is awaited while the work goes on. If it raises, the error is logged, and it
                is not called again.

        Returns:
            The finished video.

        Raises:
            InputError: The source, prompt or output can't be used; nothing was sent.
            NoMusicAddedError: The turn ended without new audio in the draft; nothing was exported.
            OutOfCreditsError: 2001.
            OutcomeUnknownError: The outcome of the message is not known. The message is not sent
                again.
            NemoMusicError: Anything else; see `nemomusic.errors`. Each error carries `job_id`, and
                `session_id` and `render_id` once they are known.
        """
        return await self.jobs.add_music(
            source,
            prompt,
            output=output,
            overwrite=overwrite,
            language=language,
            name=name,
            on_progress=on_progress,
        )
