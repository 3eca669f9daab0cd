"""`nemomusic doctor`: check what commands need, and name the remedy for what is missing."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections import Counter
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import attrs

from nemomusic import errors
from nemomusic.cli.terminal import paths
from nemomusic.cli.terminal.connect import chosen_backend, client_for, identity, who
from nemomusic.cli.terminal.exit_codes import Exit, exit_code, explain
from nemomusic.jobs.storage.journal import Journal
from nemomusic.protocol.foreign_answers import (
    LOGIN_REMEDY,
    LOGIN_REQUIRED,
    REDIRECTS,
    redirect_target,
)
from nemomusic.resources.token_store import TokenFile, read_client_id
from nemomusic.runtime.executor import Executor
from nemomusic.secret import redact
from nemomusic.settings import API_URL, Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nemomusic.cli.terminal.screen import Screen

_SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
_ANSWER_SECONDS = 10.0
"""Seconds to wait for an answer of the service."""


@attrs.frozen
class Check:
    """The result of one check.

    Attributes:
        name: What was checked.
        status: The result.
        detail: Details for a person; never a token.
        remedy: The next step, or None.
        code: The exit code of the command if this check failed.
    """

    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    remedy: str | None = None
    code: Exit = Exit.INPUT


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Check everything, then print the findings. Spend nothing, and acquire no token."""
    local = chosen_backend(arguments) == "local"
    checks = [*_python(), *_extras(needed=local)]
    with closing(Executor(1)) as executor:
        if find_spec("av") is not None:
            checks.append(await executor.run(_media))
            checks.append(await executor.run(_sounds))
        if find_spec("PIL") is not None:
            checks.append(await executor.run(_fonts))
    checks += _folders()
    checks.append(await _journal())
    if local:
        checks.append(await _embedded(arguments, screen))
        if find_spec("av") is not None:
            checks.append(_limits())
    else:
        checks += await _cloud(arguments, screen)
    for check in checks:
        screen.say(f"{_SIGNS[check.status]}  {check.name}: {check.detail}")
        if check.remedy is not None and check.status != "ok":
            screen.say(f"      {check.remedy}")
    failed = [check for check in checks if check.status == "fail"]
    screen.result(
        {
            "ok": not failed,
            "backend": "local" if local else "cloud",
            "checks": [
                attrs.asdict(check, filter=lambda field, _: field.name != "code")
                for check in checks
            ],
        }
    )
    return int(failed[0].code) if failed else 0


def _python() -> Iterator[Check]:
    from nemomusic._version import __version__

    found = f"{platform.python_version()} ({platform.system()} {platform.machine()})"
    yield Check("Python", "ok", f"{found} in {sys.prefix}")
    yield Check("nemomusic", "ok", f"{__version__} in {Path(__file__).parent.parent}")


def _extras(*, needed: bool) -> Iterator[Check]:
    for extra, what, modules in (
        ("local", "the embedded backend", {"av": "av", "numpy": "numpy", "PIL": "pillow"}),
        ("cli", "bars and tables", {"rich": "rich"}),
        ("speed", "faster JSON", {"orjson": "orjson"}),
    ):
        missing = [name for module, name in modules.items() if find_spec(module) is None]
        name = f"extra {extra}"
        if not missing:
            found = ", ".join(f"{name} {_version(name)}" for name in modules.values())
            yield Check(name, "ok", found)
        else:
            status: Literal["warn", "fail"] = "fail" if needed and extra == "local" else "warn"
            remedy = f"For {what}: pip install '.[{extra}]' in the checkout of nemomusic"
            yield Check(name, status, f"{', '.join(missing)} not installed", remedy)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of unknown version"


def _media() -> Check:
    try:
        import av
    except ImportError as error:
        return Check("FFmpeg", "fail", f"PyAV can't be loaded ({error})", "Reinstall av.")
    codecs = ".".join(map(str, av.library_versions["libavcodec"]))
    found = f"libavcodec {codecs} in PyAV {av.__version__}"
    lacking = [name for name in ("libx264", "aac") if name not in av.codecs_available]
    if lacking:
        remedy = "Install PyAV from its wheels: pip install --force-reinstall --only-binary av av"
        return Check("FFmpeg", "fail", f"{found}, without {' and '.join(lacking)}", remedy)
    return Check("FFmpeg", "ok", f"{found}, with libx264 and aac")


def _sounds() -> Check:
    from nemomusic.engine import find_sound_font
    from nemomusic.engine.errors import MediaError

    try:
        font = find_sound_font()
    except MediaError as error:
        return Check("sounds", "fail", error.message, error.remedy)
    if font is None:
        remedy = "For sampled instruments: pip install '.[sounds]' in the checkout of nemomusic"
        return Check("sounds", "warn", "all instruments are synthesized", remedy)
    return Check("sounds", "ok", f"sampled instruments from {font.path.name}")


def _fonts() -> Check:
    from nemomusic.engine import check_glyphs
    from nemomusic.engine.errors import MediaError

    try:
        check_glyphs("Ag")
    except MediaError as error:
        return Check("fonts", "fail", error.message, "Install a font, such as DejaVu Sans.")
    try:
        check_glyphs("中文")
    except MediaError:
        remedy = "For Chinese titles, install a font such as Noto Sans CJK (fonts-noto-cjk)."
        return Check("fonts", "warn", "no font has Chinese characters", remedy)
    return Check("fonts", "ok", "Latin and Chinese titles can be drawn")


def _folders() -> Iterator[Check]:
    settings = Settings()
    try:
        data = paths.data_folder()
    except errors.ConfigurationError as error:
        remedy = f"{error.remedy} Without one, nothing is kept between commands."
        yield Check("data folder", "warn", error.message, remedy)
        return
    for name, folder in (
        ("data folder", data),
        ("client id folder", settings.client_id_file.parent),
        ("token folder", (settings.token_file or settings.client_id_file).parent),
    ):
        nearest = folder
        while not nearest.exists() and nearest != nearest.parent:
            nearest = nearest.parent
        if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
            made = "" if nearest == folder else " (will be made)"
            yield Check(name, "ok", f"{folder}{made}")
        else:
            yield Check(name, "fail", f"{folder} can't be written", f"Make {nearest} writable.")


async def _journal() -> Check:
    try:
        path = paths.journal_file()
    except errors.ConfigurationError as error:
        return Check("journal", "warn", error.message, "Name one with --journal.")
    if not path.exists():
        return Check("journal", "ok", f"{path} (none yet)")
    try:
        with closing(Journal(path)) as journal:
            jobs = await journal.list()
    except errors.JournalError as error:
        return Check("journal", "fail", error.message, error.remedy)
    counts = Counter(job.state for job in jobs)
    listed = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    found = f"{path}: {len(jobs)} jobs{f' ({listed})' if listed else ''}"
    if counts["open"] or counts["unknown"]:
        remedy = "`nemomusic jobs` lists them; resume or forget those that are open or unknown."
        return Check("journal", "warn", found, remedy)
    return Check("journal", "ok", found)


async def _embedded(arguments: argparse.Namespace, screen: Screen) -> Check:
    try:
        async with client_for(arguments, screen) as (client, _):
            await identity(client)
            return Check("embedded backend", "ok", f"answers at {client.settings.api_url}")
    except errors.NemoMusicError as error:
        return _failed("embedded backend", error)


def _limits() -> Check:
    """Return what the embedded backend allows one user, and what its folder holds."""
    from nemomusic.local import Limits

    limits = Limits()
    work = (limits.uploads_per_user, limits.turns_per_user, limits.renders_per_user)
    said = [
        f"a file of {limits.upload_bytes / 2**20:g} MB",
        f"a clip of {limits.video_seconds / 60:g} min",
        f"a timeline of {limits.timeline_seconds / 60:g} min",
        "{} uploads, {} messages and {} exports at one time".format(*work),
        f"{limits.sessions_per_user} projects",
        f"{limits.bytes_per_user / 2**30:g} GB",
    ]
    used = ""
    try:
        folder = paths.local_folder()
        used = f"; {_folder_bytes(folder) / 2**20:.0f} MB are in {folder}"
    except (errors.ConfigurationError, OSError):  # no folder, or one that can't be read
        pass
    return Check("limits for one user", "ok", f"{', '.join(said)}{used}")


def _folder_bytes(folder: Path) -> int:
    """Return the size of the files in a folder, which may not exist."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


async def _cloud(arguments: argparse.Namespace, screen: Screen) -> list[Check]:
    try:
        settings = Settings.from_env()
    except errors.ConfigurationError as error:
        return [_failed("settings", error)]
    try:
        kept = _kept_token(settings)
    except errors.ConfigurationError as error:
        kept = _failed("token", error)
    wanted = settings.token is not None or settings.api_url != API_URL or _is_kept(kept)
    reached = await _reach(settings, needed=wanted or arguments.backend == "cloud")
    checks = [_client_id(settings), reached]
    if settings.token is None:
        checks.append(kept)
    elif reached.status == "ok":
        try:
            async with client_for(arguments, screen) as (client, _):
                known = await identity(client)
            found = f"{who(known)}, {known['available']:g} credits available"
            checks.append(Check("token", "ok", found))
        except errors.NemoMusicError as error:
            checks.append(_failed("token", error))
    else:
        checks.append(Check("token", "warn", "NEMO_TOKEN is set, but could not be tried"))
    return checks


def _failed(name: str, error: errors.NemoMusicError) -> Check:
    shown = explain(error)
    return Check(name, "fail", redact(shown.message), shown.remedy, exit_code(error))


def _client_id(settings: Settings) -> Check:
    if settings.client_id is not None:
        return Check("client id", "ok", "set by NEMO_CLIENT_ID")
    try:
        kept = read_client_id(settings.client_id_file)
    except errors.ConfigurationError as error:
        return _failed("client id", error)
    made = "kept" if kept else "will be made"
    return Check("client id", "ok", f"{made} in {settings.client_id_file}")


def _kept_token(settings: Settings) -> Check:
    from nemomusic.runtime.clock import SystemClock

    client_id = settings.client_id or read_client_id(settings.client_id_file)
    kept = None
    if client_id is not None:
        kept = TokenFile(settings.token_file, SystemClock()).load(settings.api_url, client_id)
    if kept is None:
        return Check("token", "ok", "none: an anonymous one is acquired when needed")
    left = "" if kept.expires_at is None else f", {_days(kept.expires_at)} left"
    return Check("token", "ok", f"anonymous, kept in {settings.token_file}{left}")


def _is_kept(check: Check) -> bool:
    """Return whether this user has used the service: a token was acquired once."""
    return check.status == "ok" and check.detail.startswith("anonymous")


def _days(expires_at: float) -> str:
    return f"{max(0.0, expires_at - time.time()) / 86400:.1f} days"


async def _reach(settings: Settings, *, needed: bool) -> Check:
    """Send one request without a token, through the proxy that commands use. Any answer will do.

    Args:
        settings: Address, proxy and CAs.
        needed: Whether a service that can't be reached is a failure. It is a warning for a user who
            works with the embedded backend only.
    """
    from nemomusic.transport.aiohttp_port.aiohttp_transport import AiohttpTransport
    from nemomusic.transport.base import HttpRequest, HttpTimeout

    host = urlsplit(settings.api_url).netloc
    request = HttpRequest(
        method="GET",
        url=f"{settings.api_url}/",
        headers=settings.attribution,
        timeout=HttpTimeout(total=_ANSWER_SECONDS),
    )
    try:
        proxy = settings.proxy.for_url(request.url)
        transport = AiohttpTransport(proxies=settings.proxy, tls=settings.tls)
        try:
            response = await transport.request(request)
        finally:
            await transport.aclose()
    except errors.NemoMusicError as error:
        failed = _failed("service", error)
        remedy = f"{failed.remedy or ''} Or work without the service: --local.".strip()
        status: Literal["warn", "fail"] = "fail" if needed else "warn"
        detail = f"{host} can't be reached: {failed.detail}"
        return Check("service", status, detail, remedy, failed.code)
    way = "" if proxy is None else f" through the proxy {proxy.host}"
    if response.status in REDIRECTS or response.status == LOGIN_REQUIRED:
        place = redirect_target(response.headers) or "another page"
        detail = f"{host} is answered by a redirect to {place}{way}"
        return Check("service", "warn", detail, LOGIN_REMEDY)
    return Check("service", "ok", f"{host} can be reached{way}")
