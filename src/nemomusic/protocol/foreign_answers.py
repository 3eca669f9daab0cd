"""Answers that do not come from the service: redirects, login pages, pages of proxies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from nemomusic.errors import UnexpectedAnswerError
from nemomusic.secret import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

LOGIN_REQUIRED: Final = 511
"""The HTTP status of a network that wants a login first (RFC 6585, 6)."""
LOGIN_REMEDY: Final = (
    "This network wants a login first: open any web page in a browser, log in, and try again."
)
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""The HTTP statuses that name another address of what was asked for (RFC 9110, 15.4)."""
BLOCKED_REMEDY: Final = (
    "A firewall, a proxy or another web server refuses the request: check NEMO_API_URL, and ask "
    "its administrator to let requests to this host through."
)
CACHE_REMEDY: Final = (
    "A cache between this machine and the service answers in its place: it must let the requests "
    "to this host through."
)
_TITLE: Final = r"(?is)<title[^>]*>(.{1,400}?)</title"
_SEARCHED_BYTES: Final = 4096
"""Number of bytes of a page that are searched for its title."""
_MAX_SHOWN_CHARACTERS: Final = 80
"""Number of characters of a title or an address that are shown."""


def redirect_target(headers: Mapping[str, str]) -> str | None:
    """Return host and path that a redirect leads to, or None.

    The query is left out, since it may hold a token.
    """
    try:
        parts = urlsplit(headers.get("Location", "").strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    place = parts.path if not host else f"{host}{f':{port}' if port else ''}{parts.path}"
    return redact(_one_line(place)) or None


def redirected(url: str, location: str, status: int) -> str:
    """Return the address that a redirect leads to.

    Args:
        url: The address that redirects.
        location: The `Location` of the answer.
        status: The status of the answer.

    Raises:
        UnexpectedAnswerError: The redirect does not lead to a web address.
    """
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        on_the_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        on_the_web = False
    if not on_the_web:
        raise UnexpectedAnswerError(
            "a redirect leads to an address that is not on the web", status=status
        )
    return target


def describe_status(status: int) -> str:
    """Return why an answer with a status from 300 to 399 that is no redirect can't be used."""
    if status == 304:
        return "the answer is 304 (not modified), which was not asked for"
    return f"the service answered {status}, unlike an API"


def is_web_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether an answer is a web page."""
    if "html" in headers.get("Content-Type", "").lower():
        return True
    return body[:256].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def describe_page(body: bytes) -> str:
    """Return a description of a web page, with its title if it has one."""
    found = re.search(_TITLE, body[:_SEARCHED_BYTES].decode("utf-8", "replace"))
    import html  # its table of 2,200 names is for pages that should not come

    title = _one_line(html.unescape(found[1])) if found is not None else ""
    return f'a web page ("{redact(title)}")' if title else "a web page"


def _one_line(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:_MAX_SHOWN_CHARACTERS]
