"""`nemomusic doctor`: is everything there that is needed, and what to do if not."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import time
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import attrs

from nemomusic import errors
from nemomusic.cli import places
from nemomusic.cli.connect import chosen_backend, client_for, identity, who
from nemomusic.cli.outcome import Exit, exit_code, explain
from nemomusic.journal import Journal
from nemomusic.resources.identity import TokenFile, read_client_id
from nemomusic.secret import redact
from nemomusic.settings import Settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from nemomusic.cli.screen import Screen

_SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
_REACH = 10.0
"""Seconds to connect and shake hands."""


@attrs.frozen
class Check:
    """One finding.

    Attributes:
        name: what was looked at.
        status: how it is.
        detail: what was found; never a token.
        remedy: the next step, if one is needed.
        code: what the command ends with if it failed.
    """

    name: str
    status: Literal["ok", "warn", "fail"]
    detail: str
    remedy: str | None = None
    code: Exit = Exit.INPUT


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Look at everything, then tell. Spends nothing and acquires no token."""
    local = chosen_backend(arguments) == "local"
    checks = [*_python(), *_extras(needed=local)]
    if find_spec("av") is not None:
        checks.append(await asyncio.to_thread(_media))
    if find_spec("PIL") is not None:
        checks.append(await asyncio.to_thread(_fonts))
    checks += _folders()
    checks.append(await _journal())
    if local:
        checks.append(await _embedded(arguments, screen))
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
            remedy = f"For {what}: pip install 'nemomusic[{extra}]'"
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


def _fonts() -> Check:
    from nemomusic.local.engine.errors import MediaError
    from nemomusic.local.engine.fonts import fonts_for

    try:
        fonts_for("Ag", 24)
    except MediaError as error:
        return Check("fonts", "fail", error.message, error.remedy)
    try:
        fonts_for("中文", 24)
    except MediaError as error:
        return Check("fonts", "warn", "none for Chinese titles", error.remedy)
    return Check("fonts", "ok", "Latin and Chinese titles can be drawn")


def _folders() -> Iterator[Check]:
    settings = Settings()
    for name, folder in (
        ("data folder", places.data_folder()),
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
    path = places.journal_file()
    if not path.exists():
        return Check("journal", "ok", f"{path} (none yet)")
    try:
        with closing(Journal(path)) as journal:
            jobs = await journal.list()
    except errors.JournalError as error:
        return Check("journal", "fail", error.message, error.remedy)
    left = sum(job.status != "done" for job in jobs)
    if left:
        remedy = "`nemomusic jobs` lists them; resume or forget them."
        return Check("journal", "warn", f"{path}: {left} unfinished of {len(jobs)} jobs", remedy)
    return Check("journal", "ok", f"{path}: {len(jobs)} jobs, all done")


async def _embedded(arguments: argparse.Namespace, screen: Screen) -> Check:
    try:
        async with client_for(arguments, screen) as (client, _):
            await identity(client)
            return Check("embedded backend", "ok", f"answers at {client.settings.api_url}")
    except errors.NemoMusicError as error:
        return _failed("embedded backend", error)


async def _cloud(arguments: argparse.Namespace, screen: Screen) -> list[Check]:
    try:
        settings = Settings.from_env()
    except errors.ConfigurationError as error:
        return [_failed("settings", error)]
    reached = await _reach(settings)
    checks = [_client_id(settings), reached]
    if settings.token is None:
        checks.append(_kept_token(settings))
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
    from nemomusic.clock import SystemClock

    client_id = settings.client_id or read_client_id(settings.client_id_file)
    kept = None
    if client_id is not None:
        kept = TokenFile(settings.token_file, SystemClock()).load(settings.api_url, client_id)
    if kept is None:
        return Check("token", "ok", "none: an anonymous one is acquired when needed")
    left = "" if kept.expires_at is None else f", {_days(kept.expires_at)} left"
    return Check("token", "ok", f"anonymous, kept in {settings.token_file}{left}")


def _days(expires_at: float) -> str:
    return f"{max(0.0, expires_at - time.time()) / 86400:.1f} days"


async def _reach(settings: Settings) -> Check:
    """Connect and shake hands: any answer at all is enough, and no request is made."""
    parts = urlsplit(settings.api_url)
    secure = parts.scheme == "https"
    name, port = parts.hostname or "", parts.port or (443 if secure else 80)
    try:
        async with asyncio.timeout(_REACH):
            _, writer = await asyncio.open_connection(name, port, ssl=secure)
        writer.close()
    except (OSError, TimeoutError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        remedy = "Check the network, NEMO_API_URL and any proxy; or work offline with --local."
        return Check("service", "fail", f"{name}:{port} can't be reached ({why})", remedy,
                     Exit.SERVICE)  # fmt: skip
    return Check("service", "ok", f"{name}:{port} can be reached")
