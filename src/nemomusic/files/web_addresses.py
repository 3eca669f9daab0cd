"""Check the web addresses of sources before anything is sent."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from nemomusic.errors import SourceError
from nemomusic.network import is_loopback

_FORM: Final = re.compile(r"https?://[^\s/?#]+(?:[/?#]\S*)?\Z", re.IGNORECASE)


def check_web_address(url: object, *, cloud: bool) -> None:
    """Raise unless a backend can be asked to download from an address.

    Args:
        url: The address.
        cloud: Whether the backend is the cloud, which reaches only the public Internet.

    Raises:
        SourceError: The text is not a web address, or holds a password, or the cloud can't reach
            the address.
    """
    try:
        if not isinstance(url, str) or not _FORM.match(url):
            raise ValueError
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SourceError(
            f"not a web address: {url!r:.200}", remedy="A web address begins with https://."
        ) from None
    if "@" in parts.netloc:
        raise SourceError(
            f"the address of a file on {host} holds a user name or password",
            remedy="Download the file and pass its path, or pass an address without a password.",
        )
    if cloud and _is_private(host):
        raise SourceError(
            f"{host} is not on the public Internet, so the cloud can't download from it",
            remedy="Pass the path of the file, or an address on the public Internet.",
        )


def _is_private(host: str | None) -> bool:
    """Return whether a host is an address of this machine or of a private network."""
    try:
        return is_loopback(host) or not ipaddress.ip_address(host or "").is_global
    except ValueError:
        return False  # a name; only the network can tell its addresses
