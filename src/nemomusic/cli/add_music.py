"""`nemomusic add-music`: upload, ask, render, download."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nemomusic import errors
from nemomusic.cli.terminal.connect import client_for, introduce, resumable
from nemomusic.cli.terminal.runner import scratch_folder
from nemomusic.client import DEFAULT_PROMPT
from nemomusic.files.outputs import resolve_output
from nemomusic.files.part_file import write_own
from nemomusic.files.sources import Source
from nemomusic.files.stem_archive import check_stem_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nemomusic.cli.terminal.screen import Screen
    from nemomusic.conversation.reply import Reply
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.models.drafts.timeline import Timeline
    from nemomusic.resources.render_steps import Export


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Put music under one video. The path of the result goes to standard output."""
    prompt = wanted(arguments.prompt)
    piped = "-" in (arguments.clip, arguments.output)
    with scratch_folder() if piped else nullcontext() as scratch:
        clip, output = arguments.clip, arguments.output
        if scratch is not None:
            clip, output = await _through_pipes(clip, output, scratch, json=screen.json)
        source, target = checked(clip, output, overwrite=arguments.overwrite)
        check_score_outputs(arguments)
        video = await _add_music(arguments, screen, source, target, prompt)
        if arguments.output == "-":
            from nemomusic.cli.terminal.pipes import send_out

            await send_out(video.path)
    return 0


async def _through_pipes(
    clip: str, output: str | None, scratch: Path, *, json: bool
) -> tuple[str, str | None]:
    """Return paths in place of `-`. A clip from standard input is written to a file first.

    Raises:
        InputError: A pipe can't be used.
    """
    from nemomusic.cli.terminal.pipes import PIPE, piped_output, receive_clip

    if output == PIPE and json:
        raise errors.OutputError(
            "standard output can't hold the result and a JSON object", remedy="Leave --json out."
        )
    if clip == PIPE and output is None:
        raise errors.OutputError(
            "a clip from standard input needs an output", remedy="Add -o OUT.mp4, or -o -."
        )
    made = str(piped_output()) if output == PIPE else output
    return str(await receive_clip(scratch)) if clip == PIPE else clip, made


async def _add_music(
    arguments: argparse.Namespace, screen: Screen, source: Source | str, target: Path, prompt: str
) -> ScoredVideo:
    async with (
        client_for(arguments, screen, with_journal=True) as (client, kept),
        resumable(client, kept=kept),
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
        tell(screen, video, arguments.language, path=arguments.output != "-")
        try:
            written = await _write_scores(arguments, video)
        except errors.ScoreUnavailableError:
            screen.result(video_json(video, kept=kept))  # the video is finished all the same
            raise
        screen.result(video_json(video, kept=kept) | written)
    return video


def check_score_outputs(arguments: argparse.Namespace) -> None:
    """Check where stems, MIDI file and cue sheet go. Nothing is sent before.

    Raises:
        OutputError: One of them can't be written there.
    """
    for option in ("--midi", "--cue-sheet"):
        named = getattr(arguments, option[2:].replace("-", "_"))
        if named is None:
            continue
        path = Path(named)
        if not path.parent.is_dir():
            raise errors.OutputError(
                f"the folder {path.parent} does not exist", remedy="Make it first."
            )
        if path.exists() and not arguments.overwrite:
            raise errors.OutputExistsError(
                f"{path} exists already",
                remedy=f"Choose another with {option}, or pass --overwrite.",
            )
    if arguments.cue_sheet and Path(arguments.cue_sheet).suffix.lower() not in {".csv", ".json"}:
        raise errors.OutputError(
            f"{arguments.cue_sheet} is named neither .csv nor .json",
            remedy="The ending of the name says how the cue sheet is written.",
        )
    if arguments.stems is not None:
        try:
            check_stem_folder(Path(arguments.stems), overwrite=arguments.overwrite)
        except errors.OutputExistsError as error:
            error.remedy = "Choose another with --stems, or pass --overwrite."
            raise


async def _write_scores(arguments: argparse.Namespace, video: ScoredVideo) -> dict[str, Any]:
    """Write the requested files of the music. Return their paths for a script."""
    overwrite, written = arguments.overwrite, dict[str, Any]()
    if arguments.stems is not None:
        stems = await video.stems(arguments.stems, overwrite=overwrite)
        written["stems"] = {name: str(path) for name, path in stems.items()}
    if arguments.midi is not None:
        written["midi"] = str(await video.midi(arguments.midi, overwrite=overwrite))
    if arguments.cue_sheet is not None:
        sheet, path = await video.cue_sheet(), Path(arguments.cue_sheet)
        entries = sheet.to_dict()["cues"]
        csv = path.suffix.lower() == ".csv"
        text = sheet.to_csv() if csv else json.dumps(entries, ensure_ascii=False, indent=1)
        write_own(path, text.encode("utf-8"))
        written["cue_sheet"] = str(path)
    return written


def wanted(prompt: str | None) -> str:
    """Return the prompt, or the default one.

    Raises:
        PromptError: The prompt is empty.
    """
    if prompt is None:
        return DEFAULT_PROMPT
    if not prompt.strip():
        raise errors.PromptError("the prompt is empty")
    return prompt


def checked(clip: str, output: str | None, *, overwrite: bool) -> tuple[Source | str, Path]:
    """Return the source and the output path, both checked. Nothing is sent.

    Raises:
        InputError: One of them can't be used.
    """
    source = source_of(clip)
    if isinstance(source, str) and output is None:
        raise errors.OutputError(
            "a clip from a web address needs an output", remedy="Add -o OUT.mp4."
        )
    path = None if isinstance(source, str) else source.path
    return source, resolve_output(output, path, overwrite=overwrite).absolute()


def source_of(clip: str) -> Source | str:
    """Return a file that can be uploaded, or a web address.

    Raises:
        InputError: The file can't be uploaded.
    """
    return clip if clip.startswith(("https://", "http://")) else Source(clip)


def tell(screen: Screen, video: ScoredVideo, language: str | None, *, path: bool = True) -> None:
    """Print the reply and the timeline as notes, and the path as the result."""
    language = language or video.session.language or "en"
    screen.note(video.reply.text)
    screen.note(video.timeline.text(language))
    note_warnings(screen, video.warnings)
    if path:
        screen.say(str(video.path))


def note_warnings(screen: Screen, warnings: Iterable[str]) -> None:
    """Print a note for each thing that is left out or changed."""
    for said in warnings:
        screen.note(f"Note: {said}")


def video_json(video: ScoredVideo, *, kept: bool) -> dict[str, Any]:
    """Return a result for a script. The id of a job that no later command can find is left out."""
    return {
        **export_json(video.export),
        **reply_json(video.reply, video.timeline),
        "session_id": video.session.id,
        "job_id": video.job_id if kept else None,
        "warnings": list(video.warnings),
    }


def export_json(export: Export) -> dict[str, Any]:
    """Return an exported file for a script."""
    return {
        "path": str(export.path),
        "size": export.size,
        "duration": export.status.duration,
        "render_id": export.render_id,
        "warnings": list(export.status.warnings),
    }


def reply_json(reply: Reply, timeline: Timeline | None) -> dict[str, Any]:
    """Return the outcome of a message for a script."""
    return {
        "text": reply.text,
        "outcome": reply.outcome,
        "credits": reply.credits,
        "changes": [] if reply.changes is None else [str(one) for one in reply.changes.items],
        "actions": [{"kind": str(one.kind), "text": one.text} for one in reply.actions],
        "timeline": None if timeline is None else str(timeline),
    }
