"""How requests leave this machine: addresses and proxies. Values only; nothing is opened here."""

from __future__ import annotations

import base64
import ipaddress
import re
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeGuard
from urllib.parse import SplitResult, unquote, urlsplit

import attrs

from nemomusic.errors import ConfigurationError
from nemomusic.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS: Final = {"http": 80, "https": 443}
_NO_ADDRESS: Final = SplitResult("", "", "", "", "")
_SETTING: Final = "proxy"
"""The name of the setting, in errors."""
_EXAMPLE: Final = "A proxy looks like http://proxy.example:3128."


def is_host(name: str | None) -> TypeGuard[str]:
    """Return whether a text can be the name of a host: DNS limits its labels to 63 bytes."""
    if not name:
        return False
    try:
        ascii_name = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return False
    labels = ascii_name.removesuffix(".").split(".")
    return ":" in name or (all(0 < len(one) <= 63 for one in labels) and len(ascii_name) <= 254)


def is_loopback(host: str | None) -> bool:
    """Return whether a host name or address is this machine's own."""
    if host is None or host in LOOPBACK:
        return host is not None
    try:  # 127.0.0.1.example.org is a name like any other
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def checked_address(url: str, name: str) -> str:
    """Return the address of a service, without a slash at its end. `name` is for the errors.

    Raises:
        ConfigurationError: The text is no web address, holds a password, or would show the token.
    """
    if not isinstance(url, str):
        raise ConfigurationError(
            f"{name} is text (str), not {type(url).__name__}", remedy="Pass it as a str."
        )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = _NO_ADDRESS, None
    if "@" in parts.netloc:
        raise ConfigurationError(
            f"{name} holds a user name or password",
            remedy="Take them out; the token goes into NEMO_TOKEN or the token argument.",
        )
    odd = not url.isprintable() or any(letter in url for letter in " ?#\\")
    if parts.scheme not in {"http", "https"} or not is_host(host) or odd:
        raise ConfigurationError(
            f"{name} is not a web address: {url!r}",
            remedy="Write an address like https://api.example.com.",
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            f"{name} is plain http to {host}, which would show your token to the network",
            remedy="Use https (plain http is for loopback addresses only).",
        )
    return url.rstrip("/")


class ProxyAddress(NamedTuple):
    """The address of an HTTP proxy. User name and password are kept apart from it.

    Attributes:
        url: Scheme, host and port.
        authorization: The value of `Proxy-Authorization`, or None.
    """

    url: str
    authorization: Secret | None = None

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return self.url.partition("://")[2]

    @classmethod
    def parse(cls, text: str, name: str) -> Self:
        """Read the address of a proxy. No error quotes the address, since it may hold a password.

        Args:
            text: The address. Without a scheme, `http://` is assumed.
            name: The setting that the address comes from, for errors.

        Raises:
            ConfigurationError: The text is not the address of an HTTP proxy.
        """
        text = text.strip()
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            host, port = parts.hostname, parts.port
        except ValueError:
            parts, host, port = urlsplit(""), None, None
        if parts.scheme.startswith("socks"):
            raise ConfigurationError(
                f"{name} names a SOCKS proxy, which is not supported",
                remedy="Name an HTTP proxy, or pass http= an aiohttp session with a connector for "
                "SOCKS.",
            )
        rest = f"{parts.path}{parts.query}{parts.fragment}"
        spaced = any(letter.isspace() for letter in host or "")
        if parts.scheme not in _PORTS or not host or spaced or rest.strip("/"):
            hint = " Percent-encode special characters of the password." if "@" in text else ""
            raise ConfigurationError(
                f"{name} is not the address of an HTTP proxy", remedy=f"{_EXAMPLE}{hint}"
            )
        shown = f"[{host}]" if ":" in host else host
        url = f"{parts.scheme}://{shown}:{port or _PORTS[parts.scheme]}"
        if parts.username is None:
            return cls(url)
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        return cls(url, Secret(f"Basic {base64.b64encode(user).decode()}"))


def through(proxy: ProxyAddress | None) -> str:
    """Return the words that name the proxy of a request, with a space before them, or no words."""
    return "" if proxy is None else f" through the proxy {proxy.host}"


class _NamedProxy(NamedTuple):
    name: str
    value: Secret


@attrs.frozen
class Proxies:
    """Which proxy a request goes through. Requests to loopback addresses never use one.

    `Settings(proxy="http://…")` uses one proxy for all other hosts. `Settings.from_env()` reads the
    proxies from the environment.

    Attributes:
        bypass: Hosts that are reached without a proxy, in the form of `NO_PROXY`: names with their
            subdomains, addresses, networks such as `10.0.0.0/8`, or `*` for all. Each may have a
            port.
    """

    _https: _NamedProxy | None = None
    _http: _NamedProxy | None = None
    bypass: tuple[str, ...] = ()

    @property
    def from_environment(self) -> bool:
        """Whether the proxies come from environment variables, not from a setting."""
        return any(one is not None and one.name != _SETTING for one in (self._https, self._http))

    def __bool__(self) -> bool:
        return self._https is not None or self._http is not None

    @classmethod
    def through(cls, value: str | Secret) -> Self:
        """Return proxies that use one address for all hosts but loopback.

        Raises:
            ConfigurationError: The text is not the address of an HTTP proxy.
        """
        secret = Secret(value)
        ProxyAddress.parse(secret.reveal(), _SETTING)
        one = _NamedProxy(_SETTING, secret)
        return cls(one, one)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.

        A variable in lower case is used before the same variable in upper case. Under CGI
        (`REQUEST_METHOD` is set), `HTTP_PROXY` is ignored: it could come from a header of a
        request. A wrong address is reported when a request needs it.

        Args:
            environ: The environment.
        """

        def named(*names: str) -> _NamedProxy | None:
            for name in names:
                for spelling in (name.lower(), name):
                    value = environ.get(spelling)
                    if spelling == "HTTP_PROXY" and "REQUEST_METHOD" in environ:
                        value = None
                    if value is not None:
                        return _NamedProxy(spelling, Secret(value)) if value.strip() else None
            return None

        bypass = environ.get("no_proxy", environ.get("NO_PROXY", ""))
        return cls(
            named("HTTPS_PROXY", "ALL_PROXY"),
            named("HTTP_PROXY", "ALL_PROXY"),
            tuple(bypass.replace(",", " ").lower().split()),
        )

    def for_url(self, url: str) -> ProxyAddress | None:
        """Return the proxy for an address, or None where the host is reached directly.

        Raises:
            ConfigurationError: The proxy's address makes no sense.
        """
        if self._https is None and self._http is None:
            return None
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower().rstrip("."), parts.port
        except ValueError:  # no such address: the request fails, and does not go past the proxy
            parts, host, port = _NO_ADDRESS, "", None
        if is_loopback(host):
            return None
        port = port or _PORTS.get(parts.scheme)
        if any(_matches(entry, host, port) for entry in self.bypass):
            return None
        named = self._http if parts.scheme == "http" else self._https
        return None if named is None else ProxyAddress.parse(named.value.reveal(), named.name)


def _matches(entry: str, host: str, port: int | None) -> bool:
    """Return whether an entry of `NO_PROXY` names a host."""
    if entry == "*":
        return True
    name, colon, digits = entry.rpartition(":")
    if (
        colon
        and re.fullmatch(r"[0-9]{1,5}", digits)
        and (name.count(":") == 0 or name.endswith("]"))
    ):
        if int(digits) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        entry = entry.lstrip("*").strip(".")
        return bool(entry) and (host == entry or host.endswith(f".{entry}"))
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
