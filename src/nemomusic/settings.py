"""Where things are, who we are, how long we wait: one frozen value, read from a mapping."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import SplitResult, urlsplit

import attrs

from nemomusic._version import __version__
from nemomusic.errors import ConfigurationError
from nemomusic.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

API_URL: Final = "https://mega-api-prod.nemovideo.ai"
WEB_URL: Final = "https://nemovideo.com"
SKILL_SOURCE: Final = "video-music-generator"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@attrs.frozen(kw_only=True)
class Timeouts:
    """Seconds. The service's own figures come from the contract, section 2.

    Attributes:
        connect: to establish a connection.
        call: a whole small call.
        read: without a single byte, while an upload's answer or a download is awaited.
        upload_stall: without a byte of ours being taken by the other side.
        turn: one message, 15 minutes at most (contract).
        heartbeats: nothing but heartbeats, 10 minutes (contract).
        recover_first: after a cut, before the state is read, 30 s (contract).
        recover_next: between further readings, 60 s (contract).
        notice: how often a long wait is mentioned, 2 minutes (contract).
        render: waiting for a render without progress, 5 minutes (contract).
        close: what closing may take before connections are cut.
    """

    connect: float = 15.0
    call: float = 60.0
    read: float = 120.0
    upload_stall: float = 60.0
    turn: float = 900.0
    heartbeats: float = 600.0
    recover_first: float = 30.0
    recover_next: float = 60.0
    notice: float = 120.0
    render: float = 300.0
    close: float = 1.0


def _base(url: str, name: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), None
    if "@" in parts.netloc:
        raise ConfigurationError(
            f"{name} holds a user name or password",
            remedy="Take them out; the token goes into NEMO_TOKEN or the token argument.",
        )
    odd = not url.isprintable() or any(letter in url for letter in " ?#\\")
    if parts.scheme not in {"http", "https"} or not host or odd:
        raise ConfigurationError(
            f"{name} is not a web address: {url!r}",
            remedy=f"It should look like {API_URL}.",
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            f"{name} is plain http to {host}, which would show your token to the network",
            remedy="Use https (plain http is for loopback addresses only).",
        )
    return url.rstrip("/")


def _api_base(url: str) -> str:
    return _base(url, "NEMO_API_URL")


def _web_base(url: str) -> str:
    return _base(url, "NEMO_WEB_URL")


def _hidden(token: str | Secret | None) -> Secret | None:
    return None if token is None else Secret(token)


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    if host is None or host in LOOPBACK:
        return host is not None
    try:  # 127.0.0.1.example.org is a name like any other
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def detect_platform(path: Path, home: Path) -> str:
    """`clawhub`, `cursor` or `unknown`, from where it is installed (contract, section 1)."""
    for folder, name in ((".clawhub", "clawhub"), (".cursor/skills", "cursor")):
        if path.is_relative_to(home / folder):
            return name
    return "unknown"


def _home(environ: Mapping[str, str]) -> Path:
    name = "USERPROFILE" if sys.platform == "win32" else "HOME"
    return Path(environ[name]) if environ.get(name) else Path.home()


@attrs.frozen(kw_only=True)
class Settings:
    """All that can be set. `Settings.from_env()` reads the environment; see `attrs.evolve`.

    Attributes:
        token: bearer token, or None to acquire an anonymous one.
        api_url: base of the API; https, or http on loopback.
        web_url: front end, for claim and registration links.
        client_id: overrides the id kept in `client_id_file`; at most 64 characters.
        client_id_file: shared with other NemoVideo tools; holds the id and no secret.
        token_file: where anonymous tokens are kept (0600), or None to keep them in memory.
        skill_source: `X-Skill-Source`.
        skill_version: `X-Skill-Version`.
        skill_platform: `X-Skill-Platform`.
        allow_anonymous: may an anonymous token replace one that you supplied and that the
            service refuses? Never silently: False by default.
        proxy: URL of an HTTP proxy, or None.
        timeouts: see `Timeouts`.
        max_answer_bytes: the largest JSON answer read into memory.
        max_event_bytes: the largest single event of a stream.
        buffer_limit: bytes of events kept for a slow reader before the socket waits.
    """

    token: Secret | None = attrs.field(default=None, converter=_hidden, repr=False)
    api_url: str = attrs.field(default=API_URL, converter=_api_base)
    web_url: str = attrs.field(default=WEB_URL, converter=_web_base)
    client_id: str | None = attrs.field(default=None)
    client_id_file: Path = attrs.field(
        factory=lambda: Path.home() / ".config" / "nemovideo" / "client_id"
    )
    token_file: Path | None = attrs.field(
        factory=lambda: Path.home() / ".config" / "nemomusic" / "tokens.json"
    )
    skill_source: str = SKILL_SOURCE
    skill_version: str = __version__
    skill_platform: str = "unknown"
    allow_anonymous: bool = False
    proxy: str | None = attrs.field(default=None, repr=False)
    timeouts: Timeouts = attrs.field(factory=Timeouts)
    max_answer_bytes: int = 64 * 2**20
    max_event_bytes: int = 64 * 2**20
    buffer_limit: int = 64 * 2**20

    @client_id.validator
    def _short(self, _: object, value: str | None) -> None:
        if value is not None and not (0 < len(value) <= 64 and value.isprintable()):
            raise ConfigurationError(
                "NEMO_CLIENT_ID has to have 1 to 64 printable characters",
                remedy="Unset it to have one made and kept for you.",
            )

    @token.validator
    def _plain(self, _: object, value: Secret | None) -> None:
        text = None if value is None else value.reveal()
        if text is not None and (not text.isascii() or not text.isprintable() or " " in text):
            raise ConfigurationError(
                "the token holds characters that no token has (spaces, line ends, non-ASCII)",
                remedy="Copy it again; it looks like nmv_usr_…",
            )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read `NEMO_TOKEN`, `NEMO_API_URL`, `NEMO_WEB_URL`, `NEMO_CLIENT_ID`, `SKILL_SOURCE`.

        Empty variables count as absent.

        Raises:
            ConfigurationError: a variable makes no sense.
        """
        env = os.environ if environ is None else environ
        home = _home(env)
        return cls(
            token=(env.get("NEMO_TOKEN") or "").strip() or None,
            api_url=env.get("NEMO_API_URL") or API_URL,
            web_url=env.get("NEMO_WEB_URL") or WEB_URL,
            client_id=env.get("NEMO_CLIENT_ID") or None,
            client_id_file=home / ".config" / "nemovideo" / "client_id",
            token_file=home / ".config" / "nemomusic" / "tokens.json",
            skill_platform=env.get("SKILL_SOURCE")
            or detect_platform(Path(__file__).resolve(), home),
        )

    @property
    def is_local(self) -> bool:
        """Whether the API is on this machine: polls are quicker there."""
        return is_loopback(urlsplit(self.api_url).hostname)

    @property
    def attribution(self) -> dict[str, str]:
        """The three headers that go on every API request (export answers 402 without them)."""
        return {
            "X-Skill-Source": self.skill_source,
            "X-Skill-Version": self.skill_version,
            "X-Skill-Platform": self.skill_platform,
        }
