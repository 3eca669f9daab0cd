"""Check the inputs of a job before anything is sent, and find them again in a later process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from nemomusic import errors
from nemomusic.files.outputs import resolve_output
from nemomusic.files.sources import READ_SIZE, Source, Uploadable, check_cloud_type
from nemomusic.models.file_types import type_of
from nemomusic.models.language import detect_language
from nemomusic.models.prompts import check_language, check_prompt

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

Clip: TypeAlias = Source | str
"""A source that was checked, or a web address."""


@attrs.frozen
class JobInputs:
    """The checked inputs of `submit`.

    Attributes:
        clips: The sources, in order.
        target: The path of the result.
        data: The inputs in the form of the journal.
    """

    clips: tuple[Clip, ...]
    target: Path
    data: dict[str, Any]


def check_inputs(
    source: Uploadable | Sequence[Uploadable],
    prompt: str,
    *,
    output: str | os.PathLike[str] | None,
    overwrite: bool,
    language: str | None,
    name: str | None,
    cloud: bool,
    look_only: bool = False,
) -> JobInputs:
    """Check the inputs of a job. Nothing is sent, and with `look_only` nothing is made.

    Args:
        source: See `Jobs.submit`, also for `prompt`, `output`, `overwrite`, `language`, `name`.
        prompt: The message.
        output: The path of the result.
        overwrite: Whether the result may replace a file.
        language: The language of the answers.
        name: The name of the project.
        cloud: Whether the job is for the cloud, which accepts fewer types.
        look_only: Whether no folder is made.

    Raises:
        InputError: The source, prompt or output can't be used.
    """
    check_prompt(prompt)
    check_language(language)
    check_label(name, "name")
    clips = tuple(_clip(one) for one in _listed(source))
    for clip in clips:
        if isinstance(clip, str):
            from nemomusic.files.web_addresses import check_web_address  # most clips are files

            check_web_address(clip, cloud=cloud)
        elif cloud:
            check_cloud_type(clip.name)
    if not clips:
        raise errors.SourceError("nothing to upload", remedy="Pass at least one source.")
    first = clips[0]
    path = first.path if isinstance(first, Source) else None
    target = resolve_output(output, path, overwrite=overwrite, look_only=look_only).absolute()
    return JobInputs(
        clips,
        target,
        {
            "sources": [_described(clip) for clip in clips],
            "name": name or (first.name if isinstance(first, Source) else first),
            "prompt": prompt,
            "output": str(target),
            "overwrite": overwrite,
            "language": language or detect_language(prompt),
        },
    )


def check_label(given: object, what: str) -> None:
    """Raise unless an optional value is text that the journal can hold.

    Raises:
        InputError: The value is not text, or holds half of a character.
    """
    if given is None:
        return
    if not isinstance(given, str):
        raise errors.InputError(
            f"{what} is text (str), not {type(given).__name__}",
            remedy="Pass text, or leave it out.",
        )
    try:
        given.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise errors.InputError(
            f"{what} holds half of a character", remedy="Pass complete characters."
        ) from None


def _listed(source: Uploadable | Sequence[Uploadable]) -> Sequence[Uploadable]:
    if isinstance(source, Sequence) and not isinstance(source, str | bytes | bytearray):
        if isinstance(source, tuple) and any(isinstance(one, bytes | bytearray) for one in source):
            # Some libraries take (name, content, type), and some frameworks give such a tuple.
            raise errors.SourceError(
                "a tuple is a list of sources, and this one holds bytes without a name",
                remedy='Pass Source(data, name="clip.mp4") for each of its files.',
            )
        return source
    return [source]


def _clip(given: Uploadable) -> Clip:
    if isinstance(given, str) and given.lower().startswith(("https://", "http://")):
        _check_has_picture(given.partition("?")[0])
        return given
    source = given if isinstance(given, Source) else Source(given)
    _check_has_picture(source.name)
    return source


def _check_has_picture(name: str) -> None:
    found = type_of(name)
    if found is not None and found.kind == "audio":
        raise errors.SourceError(
            f"a job needs a video, and {Path(name).name} is sound alone",
            remedy="Give the video; a song of your own goes in with session.upload().",
        )


def _described(clip: Clip) -> dict[str, Any]:
    if isinstance(clip, str):
        return {"url": clip, "name": clip}
    described: dict[str, Any] = {"name": clip.name}
    if clip.path is not None:
        path = clip.path.absolute()
        described |= {"path": str(path), "stamp": list(clip.stamp or ())}
    return described


def find_again(described: Mapping[str, Any], job_id: str) -> Clip:
    """Find a clip again by its description in the journal.

    Raises:
        JobError: The clip was not a file, or the file has changed.
        SourceError: The file is missing, or can't be read.
    """
    if url := described.get("url"):
        return str(url)
    path = described.get("path")
    if not path:
        raise errors.JobError(
            "the job's source was not a file, and it did not arrive before the interruption",
            job_id=job_id,
            remedy="Start it again with the source; nothing was spent.",
        )
    source = Source(path, described.get("name"))
    if list(source.stamp or ()) != described.get("stamp"):
        known = described.get("sha256")
        if not known or file_digest(Path(path)) != known:
            raise errors.JobError(
                f"{path} is not the file it was when the job began",
                job_id=job_id,
                remedy="Start a new job for it; nothing was spent on this one.",
            )
    return source


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(READ_SIZE):
            digest.update(chunk)
    return digest.hexdigest()


SAME_CONTENT = ("prompt", "output", "language", "name")
"""Fields that must be equal in two submissions with one key, besides the sources."""


def same_content(data: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Return whether two submissions with one key are the same. This may read files."""
    if any(data.get(field) != known.get(field) for field in SAME_CONTENT):
        return False
    one, other = data.get("sources") or [], known.get("sources") or []
    return len(one) == len(other) and all(
        _same_source(a, b) for a, b in zip(one, other, strict=True)
    )


def _same_source(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if (one.get("url"), one.get("name")) != (other.get("url"), other.get("name")):
        return False
    if not one.get("path"):
        return not other.get("path")
    if one.get("stamp") == other.get("stamp"):
        return True
    known = other.get("sha256")
    return bool(known) and file_digest(Path(str(one["path"]))) == known
