"""`nemomusic add-music`: the whole quick edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.cli.connect import client_for, introduce, resumable
from nemomusic.client import DEFAULT_PROMPT
from nemomusic.resources.outputs import resolve_output
from nemomusic.resources.sources import Source

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from nemomusic.cli.screen import Screen
    from nemomusic.jobs import ScoredVideo
    from nemomusic.models.timeline import Timeline
    from nemomusic.resources.render import Rendered
    from nemomusic.resources.reply import Reply


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Score one video. The path of the result goes to standard output."""
    prompt = wanted(arguments.prompt)
    source, target = checked(arguments.clip, arguments.output, overwrite=arguments.overwrite)
    async with (
        client_for(arguments, screen, with_journal=True) as (client, journal),
        resumable(journal, target),
    ):
        await introduce(client, screen)
        with screen.display() as display:
            video = await client.add_music(
                source,
                prompt,
                output=target,
                overwrite=arguments.overwrite,
                language=arguments.language,
                on_progress=display.job(),
            )
        tell(screen, video, arguments.language)
        screen.result(video_json(video))
    return 0


def wanted(prompt: str | None) -> str:
    """The prompt, or the usual one.

    Raises:
        PromptError: it is empty.
    """
    if prompt is None:
        return DEFAULT_PROMPT
    if not prompt.strip():
        raise errors.PromptError("the prompt is empty")
    return prompt


def checked(clip: str, output: str | None, *, overwrite: bool) -> tuple[Source | str, Path]:
    """The source and the output, before anybody is asked anything.

    Raises:
        InputError: one of them can't be used.
    """
    source = source_of(clip)
    if isinstance(source, str) and output is None:
        raise errors.OutputError(
            "a clip from a web address needs an output", remedy="Add -o OUT.mp4."
        )
    path = None if isinstance(source, str) else source.path
    return source, resolve_output(output, path, overwrite=overwrite).absolute()


def source_of(clip: str) -> Source | str:
    """A file that can be uploaded, or a web address.

    Raises:
        InputError: it can't be.
    """
    return clip if clip.startswith(("https://", "http://")) else Source(clip)


def tell(screen: Screen, video: ScoredVideo, language: str | None) -> None:
    """The reply and the timeline as notes, the path as the result."""
    language = language or video.session.language or "en"
    screen.note(video.reply.text)
    screen.note(video.timeline.text(language))
    screen.say(str(video.path))


def video_json(video: ScoredVideo) -> dict[str, Any]:
    """A result for a script."""
    return {
        **export_json(video.rendered),
        **reply_json(video.reply, video.timeline),
        "session_id": video.session.id,
        "job_id": video.job_id,
    }


def export_json(rendered: Rendered) -> dict[str, Any]:
    """A file that was exported."""
    return {
        "path": str(rendered.path),
        "size": rendered.size,
        "duration": rendered.status.duration,
        "render_id": rendered.render_id,
    }


def reply_json(reply: Reply, timeline: Timeline | None) -> dict[str, Any]:
    """What became of a message."""
    return {
        "text": reply.text,
        "outcome": reply.outcome,
        "changes": [] if reply.changes is None else [str(one) for one in reply.changes.items],
        "actions": [{"kind": str(one.kind), "text": one.text} for one in reply.actions],
        "timeline": None if timeline is None else str(timeline),
    }
