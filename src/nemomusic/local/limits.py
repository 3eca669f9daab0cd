"""The limits for users and their inputs, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.errors import UPLOAD_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.engine.types import Probe

DAY = 86400.0


@attrs.frozen(kw_only=True)
class Limits:
    """The limits of an embedded backend: prices, sizes, times and quotas.

    Programs and tests can change them. A request beyond a limit is refused at once: with 4002 for
    files, with 413 and 422 for other bodies, with 429 for work and space in use.

    Attributes:
        credits: Credits that an anonymous user starts with. They are spent in faithful mode only.
        generate_price: Credits for a message that composes new music (faithful mode).
        edit_price: Credits for a message that changes something else (faithful mode).
        token_seconds: Seconds for which an anonymous token is valid. Also the time span of the next
            two counts.
        tokens_per_client: Anonymous tokens per client id in this time span (faithful mode).
        tokens_per_address: Anonymous tokens per address in this time span (faithful mode).
        claim_seconds: Seconds for which a claim token is valid.
        upload_bytes: Bytes of the largest file.
        upload_files: Files of one upload.
        video_seconds: Length of the longest clip or song.
        small_video_bytes: Bytes of a small clip. `small_video_seconds`, `small_video_pixels` and
            `processor_seconds` are the limits of a small clip. For a larger clip, they grow in
            proportion to its size.
        small_video_seconds: Length of the longest small clip whose frames need hardly any work. A
            clip is accepted if its share of this length and its share of `small_video_pixels` are
            together at most 1. A draft may be as long as the longest clips of its files together.
        small_video_pixels: Pixels of all frames of a small clip, if the clip is very short.
        further_track: Seconds that are added for each second of each sound track but the first.
        processor_seconds: Processor time of one job for a clip whose frames need much work. The
            analysis of a clip whose frames can't be copied may take 40 % of this time.
        costly_work: Share of `small_video_pixels`. If a clip has a larger share, its processor time
            is limited.
        encoded_pixels: Factor on the pixels of a clip whose frames can't be copied.
        recolored_pixels: Factor on the pixels of a clip whose frames also get other colors, as in
            HDR and in transparent clips.
        least_frame_pixels: Pixels of the smallest frame. A smaller frame counts as this many
            pixels, because it takes as long.
        timeline_seconds: Length of the longest timeline.
        timeline_segments: Segments of a draft, over all tracks.
        timeline_tracks: Tracks of a draft.
        title_characters: Characters of the longest title.
        message_characters: Characters of the longest message.
        name_characters: Characters of the longest name of a project.
        json_bytes: Bytes of the largest JSON body.
        json_signs: The number of brackets and commas in a JSON body.
        idle_seconds: The longest time that a connection may be open without a request.
        body_silence_seconds: The longest pause within a body, in or out.
        turns_per_user: Messages of one user at the same time.
        renders_per_user: Exports of one user at the same time.
        uploads_per_user: Uploads of one user at the same time.
        sessions_per_user: Sessions of one user.
        bytes_per_user: Bytes of all files of one user.
        turn_seconds: The longest time of a message's work.
        worker_bytes: Resident memory of a worker process.
        worker_silence_seconds: The longest time without a heartbeat of a worker during a job. The
            start of a worker may take four times as long.
        stall_seconds: The longest time of a job without progress.
        stall_seconds_per_second: Seconds that each second of the media adds to `stall_seconds`.
        job_seconds: The longest time of a job.
        job_seconds_per_second: Seconds that each second of the media adds to `job_seconds`.
        heartbeat_seconds: Seconds between heartbeats on a stream without other events.
        still_seconds: Seconds that an uploaded image is shown.
    """

    credits: int = 100
    generate_price: int = 100
    edit_price: int = 50
    token_seconds: float = 7 * DAY
    tokens_per_client: int = 1
    tokens_per_address: int = 10
    claim_seconds: float = 7 * DAY
    upload_bytes: int = UPLOAD_LIMIT
    upload_files: int = 50
    video_seconds: float = 3600.0
    small_video_bytes: int = 5_000_000
    small_video_seconds: float = 1400.0
    small_video_pixels: float = 1.2e11
    further_track: float = 0.1
    processor_seconds: float = 72.0
    costly_work: float = 0.25
    encoded_pixels: float = 5.0
    recolored_pixels: float = 32.0
    least_frame_pixels: int = 2**19
    timeline_seconds: float = 3600.0
    timeline_segments: int = 1000
    timeline_tracks: int = 100
    title_characters: int = 500
    message_characters: int = 10_000
    name_characters: int = 500
    json_bytes: int = 8 * 2**20
    json_signs: int = 200_000
    idle_seconds: float = 30.0
    body_silence_seconds: float = 30.0
    turns_per_user: int = 100
    renders_per_user: int = 100
    uploads_per_user: int = 100
    sessions_per_user: int = 100_000
    bytes_per_user: int = 2**40
    turn_seconds: float = 900.0
    worker_bytes: int = 2**30
    worker_silence_seconds: float = 15.0
    stall_seconds: float = 40.0
    stall_seconds_per_second: float = 0.5
    job_seconds: float = 120.0
    job_seconds_per_second: float = 6.0
    heartbeat_seconds: float = 5.0
    still_seconds: float = 3.0

    def growth(self, size: int) -> float:
        """Return the factor on the limits of a small clip for a file of this size in bytes."""
        return max(1.0, size / self.small_video_bytes)

    def timeline_of(self, sizes: Iterable[int]) -> float:
        """Return the seconds of the longest draft with files of these sizes in bytes.

        A draft may show a short clip again and again. Each file adds the length of the longest clip
        of its size, so clips that were accepted can be joined.
        """
        longest = sum(self.small_video_seconds * self.growth(size) for size in sizes)
        return min(self.timeline_seconds, longest)

    def length_of(self, probe: Probe, size: int) -> float:
        """Return the length of a clip, as a share of the largest for this size."""
        further = max(0, len(probe.tracks.audio) - 1)
        seconds = probe.duration * (1.0 + self.further_track * further)
        return seconds / (self.small_video_seconds * self.growth(size))

    def work_of(self, probe: Probe, size: int) -> float:
        """Return the work on the frames of a clip, as a share of the largest for this size."""
        frame = max(probe.width * probe.height, self.least_frame_pixels)
        encoded = self.recolored_pixels if probe.recolored else self.encoded_pixels
        weight = 1.0 if probe.copyable else encoded
        pixels = probe.duration * probe.fps * frame * weight
        return pixels / (self.small_video_pixels * self.growth(size))


TOO_COSTLY_REMEDY: Final = "Trim it, or export it with a higher bit rate."
"""The remedy for a clip whose job has used up its processor time."""


def too_costly(operation: str, seconds: float) -> str:
    """Return the message about a job that has used up its processor time."""
    return (
        f"{operation} needed more than {seconds:.0f} s of processor time, the most for a file of "
        "this size, and was stopped"
    )


_FAITHFUL: Final = Limits(
    turns_per_user=50,
    renders_per_user=50,
    uploads_per_user=50,
    sessions_per_user=10_000,
    bytes_per_user=100 * 2**30,
)
"""The limits of the faithful mode. The service has such quotas, but does not publish them."""


def limits_of(*, faithful: bool) -> Limits:
    """Return the limits of a mode of the backend."""
    return _FAITHFUL if faithful else Limits()
