"""Addresses, identity, timeouts and limits: one frozen value, read from a mapping."""

from __future__ import annotations

import math
import os
import string
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

import attrs

from nemomusic._version import __version__
from nemomusic.errors import ConfigurationError
from nemomusic.network import Proxies, checked_address, is_loopback
from nemomusic.secret import Secret

if TYPE_CHECKING:
    import ssl

    from nemomusic.runtime.tls import Tls

API_URL: Final = "https://mega-api-prod.nemovideo.ai"
WEB_URL: Final = "https://nemovideo.com"
SKILL_SOURCE: Final = "video-music-generator"
_NAME_CHARACTERS: Final = frozenset("!#$%&'*+.^_`|~-" + string.ascii_letters + string.digits)
"""The characters of a header's name (RFC 9110, 5.6.2)."""


@attrs.frozen(kw_only=True)
class Timeouts:
    """Time limits, in seconds. (*) marks limits of the service (docs/protocol.md).

    Attributes:
        connect: Longest time to make a connection.
        call: Longest time of a small call, from beginning to end.
        read: Longest time without a received byte, in a download or before the answer to an upload.
            Also the longest time in which a download may be slower than 1,000 bytes per second on
            average.
        upload_stall: Longest time in which the server accepts no byte of an upload.
        turn: Longest time of one message. 15 minutes by default (*).
        heartbeats: Longest time in which a stream has only heartbeats. 10 minutes by default (*).
        recover_first: Time between a cut of the stream and the first reading of the state. None
            means 30 s (*), or 1 s if the API is on this machine.
        recover_next: Time between two further readings of the state. None means 60 s (*), or 4 s if
            the API is on this machine.
        notice: Time between two notices that a wait is long. 2 minutes by default (*).
        render: Longest time in which a render makes no progress. 5 minutes by default (*).
        render_total: Longest time to wait for one render. 15 minutes by default.
        close: Longest time that a closing client waits for turns that were left early. With 0, the
            client closes their connections at once.
    """

    connect: float = 15.0
    call: float = 60.0
    read: float = 120.0
    upload_stall: float = 60.0
    turn: float = 900.0
    heartbeats: float = 600.0
    recover_first: float | None = None
    recover_next: float | None = None
    notice: float = 120.0
    render: float = 300.0
    render_total: float = 900.0
    close: float = 5.0

    def __attrs_post_init__(self) -> None:
        for name, value in attrs.asdict(self).items():
            if value is None and name.startswith("recover_"):
                continue
            number = isinstance(value, int | float) and not isinstance(value, bool)
            number = number and (value == math.inf or value <= sys.float_info.max)
            # HTTP libraries read 0 as "no limit"; only closing without waiting makes sense
            lowest = "from 0" if name == "close" else "above 0"
            if not (number and (value > 0 or (value == 0 and name == "close"))):
                raise ConfigurationError(
                    f"the timeout {name!r} is a number of seconds {lowest}, not {value!r:.40}",
                    remedy="Leave it out for the default; float('inf') waits without end.",
                )


def read_variable(environ: Mapping[str, str], name: str) -> str | None:
    """Return the value of a variable without quotes around it, or None if it is empty."""
    value = environ.get(name, "").strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1].strip()
    return value or None


def _is_placeholder(value: str) -> bool:
    """Return whether a shell (`$X`), a template or Windows should have filled in a value."""
    if "${" in value or "{{" in value:
        return True
    name = value[1:-1] if value.startswith("%") and value.endswith("%") else ""
    name = value[1:] if value.startswith("$") else name
    return name.replace("_", "a").isalnum()


def _filled(value: str, name: str) -> None:
    """Raise if a value is a placeholder that was not filled in, or has a quotation mark.

    Raises:
        ConfigurationError: The value is a placeholder, or holds a quote.
    """
    if _is_placeholder(value):
        raise ConfigurationError(
            f"{name} is a placeholder that was not filled in",
            remedy="Set the variable that it refers to where the value is made.",
        )
    if any(quote in value for quote in "\"'`"):
        raise ConfigurationError(
            f"{name} holds a quotation mark", remedy="Take the quotation marks out."
        )


def _api_base(url: str) -> str:
    return checked_address(url, "api_url")


def _web_base(url: str) -> str:
    return checked_address(url, "web_url")


def _hidden(token: str | Secret | None) -> Secret | None:
    if token is not None and not isinstance(token, Secret):
        _text(token, "the token")
    return None if token is None else Secret(token)


def _text(value: object, name: str) -> None:
    if not isinstance(value, str):
        raise ConfigurationError(
            f"{name} is text (str), not {type(value).__name__}", remedy="Pass it as a str."
        )


def check_kind(name: str, value: object, kind: type[object]) -> None:
    """Raise unless an option is of its class, or None.

    Raises:
        ConfigurationError: The option is something else.
    """
    if value is not None and not isinstance(value, kind):
        raise ConfigurationError(
            f"{name} is a {kind.__name__}, not {type(value).__name__}",
            remedy=f"Pass a {kind.__name__}, or leave it out.",
        )


def _can_be_sent(letter: str) -> bool:
    """Return whether a header can have a character: no control character, no half of a pair."""
    return letter == "\t" or (" " <= letter != "\x7f" and not "\ud800" <= letter <= "\udfff")


def check_headers(headers: Mapping[str, str]) -> None:
    """Raise unless headers can be sent. A wrong header would break a request in the middle.

    Raises:
        ConfigurationError: A name or a value is not text, or has a character that a header can't
            have.
    """
    check_kind("headers", headers, Mapping)
    for name, value in headers.items():
        if not isinstance(name, str) or not name or not _NAME_CHARACTERS.issuperset(name):
            raise ConfigurationError(
                f"{name!r:.40} can't be the name of a header",
                remedy="A name has letters, digits and signs such as -, and no space.",
            )
        if not isinstance(value, str) or not all(map(_can_be_sent, value)):
            raise ConfigurationError(
                f"the header {name} has a value that can't be sent",
                remedy="A value is text (str) in one line.",
            )


def _proxies(value: str | Secret | Proxies | None) -> Proxies:
    if isinstance(value, Proxies):
        return value
    return Proxies() if value is None else Proxies.through(value)


def _tls(value: Tls | ssl.SSLContext | str | os.PathLike[str] | None) -> Tls | None:
    if value is None:
        return None
    from nemomusic.runtime.tls import Tls  # most clients trust the system's CAs

    return Tls.of(value)


def detect_platform(path: Path, home: Path) -> str:
    """Return `clawhub`, `cursor` or `unknown`, by where the package is installed."""
    for folder, name in ((".clawhub", "clawhub"), (".cursor/skills", "cursor")):
        if path.is_relative_to(home / folder):
            return name
    return "unknown"


UNKNOWN_HOME: Final = Path("~")
"""The path that is used as an unknown home folder. No file is written there."""


def home_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the home folder, or `UNKNOWN_HOME`: a container's user may have none.

    Args:
        environ: The environment variables. None means the variables of the process.
    """
    name = "USERPROFILE" if sys.platform == "win32" else "HOME"
    named = (os.environ if environ is None else environ).get(name)
    if named:
        return Path(named)
    try:
        return Path.home()
    except (RuntimeError, KeyError, OSError):  # no variable, and no line in the password file
        return UNKNOWN_HOME


def known(path: Path, what: str) -> Path:
    """Return a path, after checking that it is not in an unknown home folder.

    Args:
        path: The path.
        what: What is kept there, for the error.

    Raises:
        ConfigurationError: The path is in a home folder that is not known.
    """
    if path.parts[:1] == UNKNOWN_HOME.parts:
        name = "USERPROFILE" if sys.platform == "win32" else "HOME"
        raise ConfigurationError(
            f"this user has no home folder to keep {what} in",
            remedy=f"Set {name} to a folder that can be written to, set NEMO_TOKEN, or pass "
            "settings with client_id_file and token_file.",
        )
    return path


def _expanded(path: Path | str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _expanded_if_any(path: Path | str | None) -> Path | None:
    return None if path is None else _expanded(path)


def _client_id_file(home: Path) -> Path:
    """Return the file that all NemoVideo tools share, on every system."""
    return home / ".config" / "nemovideo" / "client_id"


def _token_file(home: Path) -> Path:
    """Return the file for anonymous tokens, in the platform's folder for configuration."""
    if sys.platform in {"darwin", "win32"} and home != UNKNOWN_HOME:
        from platformdirs import user_config_path

        return user_config_path("nemomusic", appauthor=False) / "tokens.json"
    return home / ".config" / "nemomusic" / "tokens.json"


@attrs.frozen(kw_only=True)
class Settings:
    """All settings of a client. `Settings.from_env()` reads them from the environment.

    `attrs.evolve(settings, …)` returns a changed copy.

    Attributes:
        token: The bearer token, or None to acquire an anonymous one.
        api_url: The base address of the API: https, or http on loopback.
        web_url: The base address of the website, for claim and registration links.
        client_id: The client id, in place of the id in `client_id_file`; at most 64 characters.
        client_id_file: The file of the client id. Other NemoVideo tools share it; it holds no
            secret.
        token_file: The file for anonymous tokens (mode 0600), or None to keep them in memory.
        skill_source: The header `X-Skill-Source`.
        skill_version: The header `X-Skill-Version`.
        skill_platform: The header `X-Skill-Platform`.
        allow_anonymous: Whether an anonymous token may replace one that you supplied and that the
            service refuses. False by default.
        proxy: The address of an HTTP proxy for all hosts but loopback, or None. `from_env()` reads
            `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in its place.
        tls: The path of a CA file, a `Tls` or an `ssl.SSLContext`; None trusts the system's CAs,
            or those of the variable `SSL_CERT_FILE`.
        timeouts: See `Timeouts`.
        max_answer_bytes: The largest size of a JSON answer that is read into memory, in bytes.
        max_event_bytes: The largest size of one event of a stream, in bytes.
        buffer_limit: Bytes of events that the client keeps for a slow reader. Above that, it stops
            reading from the connection.
    """

    token: Secret | None = attrs.field(default=None, converter=_hidden, repr=False)
    api_url: str = attrs.field(default=API_URL, converter=_api_base)
    web_url: str = attrs.field(default=WEB_URL, converter=_web_base)
    client_id: str | None = attrs.field(default=None)
    client_id_file: Path = attrs.field(
        factory=lambda: _client_id_file(home_folder()), converter=_expanded
    )
    token_file: Path | None = attrs.field(
        factory=lambda: _token_file(home_folder()), converter=_expanded_if_any
    )
    skill_source: str = SKILL_SOURCE
    skill_version: str = __version__
    skill_platform: str = "unknown"
    allow_anonymous: bool = False
    proxy: Proxies = attrs.field(default=None, converter=_proxies, repr=False)
    tls: Tls | None = attrs.field(default=None, converter=_tls, repr=False)
    timeouts: Timeouts = attrs.field(
        factory=Timeouts, validator=lambda _, __, value: check_kind("timeouts", value, Timeouts)
    )
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
        if value is not None:
            _filled(value, "NEMO_CLIENT_ID")

    @token.validator
    def _plain(self, _: object, value: Secret | None) -> None:
        text = None if value is None else value.reveal()
        if text is not None:
            _filled(text, "the token")
        if text is not None and (not text.isascii() or not text.isprintable() or " " in text):
            raise ConfigurationError(
                "the token holds characters that no token has (spaces, line ends, non-ASCII)",
                remedy="Copy it again; it looks like nmv_usr_…",
            )

    def __attrs_post_init__(self) -> None:
        check_headers(self.attribution)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read `NEMO_TOKEN`, `NEMO_API_URL`, `NEMO_WEB_URL`, `NEMO_CLIENT_ID`, `SKILL_SOURCE`.

        The proxies are read from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`. Empty
        variables count as absent. Quotes around a value are removed.

        Args:
            environ: The environment variables. None means the variables of the process.

        Raises:
            ConfigurationError: A variable makes no sense.
        """
        env = os.environ if environ is None else environ
        home = home_folder(env)
        return cls(
            token=read_variable(env, "NEMO_TOKEN"),
            api_url=checked_address(read_variable(env, "NEMO_API_URL") or API_URL, "NEMO_API_URL"),
            web_url=checked_address(read_variable(env, "NEMO_WEB_URL") or WEB_URL, "NEMO_WEB_URL"),
            client_id=read_variable(env, "NEMO_CLIENT_ID"),
            client_id_file=_client_id_file(home),
            token_file=_token_file(home),
            skill_platform=read_variable(env, "SKILL_SOURCE")
            or detect_platform(Path(__file__).resolve(), home),
            proxy=Proxies.from_env(env),
        )

    @property
    def is_local(self) -> bool:
        """Whether the API is on this machine, where polls may be quicker."""
        return is_loopback(urlsplit(self.api_url).hostname)

    @property
    def is_cloud(self) -> bool:
        """Whether the API is the NemoVideo cloud, by its host name."""
        return urlsplit(self.api_url).hostname == urlsplit(API_URL).hostname

    @property
    def attribution(self) -> dict[str, str]:
        """The three headers of every API request. Without them an export is answered with 402."""
        return {
            "X-Skill-Source": self.skill_source,
            "X-Skill-Version": self.skill_version,
            "X-Skill-Platform": self.skill_platform,
        }
