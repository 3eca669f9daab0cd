"""Translate aiohttp's exceptions. No resulting exception holds a proxy's user name or password."""

from __future__ import annotations

import os
import ssl
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from nemomusic import errors
from nemomusic.network import through
from nemomusic.protocol.envelope import in_words, retry_after
from nemomusic.secret import redact

if TYPE_CHECKING:
    from nemomusic.network import ProxyAddress

BROKEN: Final[tuple[type[Exception], ...]] = (
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    ValueError,
)
"""What aiohttp raises when a connection breaks, or can't be made."""
_NEVER_SENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
_VARIABLES_OF_OTHERS: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_CLOCK_CODES: Final = frozenset({9, 10})
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""
_OTHER_VERSION: Final = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS")
"""Parts of OpenSSL's reasons when the two sides have no version of TLS in common."""
_REFUSED_BY_PEER: Final = ("CERTIFICATE_REQUIRED", "UNKNOWN_CA", "BAD_CERTIFICATE", "HANDSHAKE")
"""Parts of OpenSSL's reasons when the server does not accept the client certificate."""
_PROXY_REMEDY: Final = (
    "Put them into the address of the proxy, in HTTPS_PROXY or Settings(proxy=…): "
    "http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded."
)


def transport_error(
    error: Exception, proxy: ProxyAddress | None = None
) -> errors.TransportError | errors.UnexpectedAnswerError:
    """Return the exception for one of aiohttp's. It says whether anything may have been sent."""
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return proxy_refusal(error.status, error.message, dict(error.headers or {}), proxy)
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        to_proxy = proxy is not None and proxy.url == f"https://{error.host}:{error.port}"
        return _tls_error(error, sent=False, proxy=proxy, to_proxy=to_proxy)
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        where = "the proxy" if proxy is None else f"the proxy {proxy.host}"
        return errors.ConnectError(
            f"no connection to {where} ({error.os_error.strerror or name})",
            remedy="Check the proxy in HTTPS_PROXY or Settings(proxy=…); NO_PROXY names hosts that "
            "need none.",
        )
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError) or isinstance(
        error.__cause__, ssl.SSLError
    ):
        return _tls_error(error, sent=True, proxy=proxy)
    way = through(proxy)  # aiohttp does not tell the proxy's end of a connection from the service's
    if isinstance(error, _NEVER_SENT):
        reason: Any = getattr(error, "os_error", None)
        detail = getattr(reason, "strerror", None) or name
        return errors.ConnectError(f"no connection to the service{way} ({detail})")
    if isinstance(error, TimeoutError):
        return errors.RequestTimeoutError(f"the service did not answer{way} in time")
    if isinstance(error, aiohttp.ClientResponseError):
        words = redact(" ".join(str(error.message).split()))[:120]
        return errors.UnexpectedAnswerError(
            f"the answer{way} is not valid HTTP ({words})",
            remedy="Check NEMO_API_URL; a proxy or another server may be answering instead.",
        )
    if isinstance(error, RuntimeError) and isinstance(error.__cause__, StopIteration):
        # So ends a connection to the first of no addresses.
        return errors.ConnectError(f"no connection to the service{way} (the host has no address)")
    if not isinstance(error, aiohttp.ClientError | OSError):
        return errors.ConnectionLostError(
            f"the connection{way} broke: the HTTP library, or a part of the session, raised {name}",
            remedy="If the program passes http=, check the resolver, the connector and the "
            "trace_configs of that session. Otherwise check the network, then try again.",
        )
    return _connection_lost(name, way)


def _connection_lost(reason: str, way: str) -> errors.ConnectionLostError:
    remedy = "Check the network and the proxy, then try again." if way else None
    return errors.ConnectionLostError(f"the connection{way} broke ({reason})", remedy=remedy)


def proxy_refusal(
    status: int, reason: str, headers: dict[str, str], proxy: ProxyAddress | None
) -> errors.ConnectError:
    """Return the exception for a proxy's answer in place of the service's. Nothing was sent.

    Args:
        status: HTTP status.
        reason: The reason phrase.
        headers: Headers of the answer.
        proxy: The proxy, or None if it is not known.
    """
    where = "the proxy" if proxy is None else f"the proxy {proxy.host}"
    wait = retry_after(headers, time.time())
    words = redact(" ".join(reason.split()))[:80]
    if status == 407:
        schemes = next((v for k, v in headers.items() if k.lower() == "proxy-authenticate"), "")
        scheme = schemes.partition(" ")[0].partition(",")[0]
        if scheme and "basic" not in schemes.lower():
            return errors.ProxyError(
                f"{where} wants a login by {redact(scheme)[:20]}; only Basic is supported (407)",
                status=status,
                remedy="Use a proxy on this machine that logs in, or one that takes Basic.",
            )
        given = proxy is not None and proxy.authorization is not None
        what = (
            "does not accept the user name and password"
            if given
            else ("wants a user name and password")
        )
        return errors.ProxyError(f"{where} {what} (407)", status=status, remedy=_PROXY_REMEDY)
    later = "Try again later" if wait is None else f"Wait {in_words(wait)}, then try again"
    if status >= 500:
        return errors.ConnectError(
            f"{where} could not connect to the service ({status} {words})",
            status=status,
            retry_after=wait,
            remedy=f"{later}, and check what the proxy can reach.",
        )
    return errors.ProxyError(
        f"{where} does not let the request through ({status} {words})",
        status=status,
        retry_after=wait,
        remedy=None if wait is None else f"{later}, and check what the proxy allows.",
    )


def _variable_of_others() -> str | None:
    """Return the environment variable, if set, that names the trusted CAs to requests or curl."""
    return next((name for name in _VARIABLES_OF_OTHERS if os.environ.get(name)), None)


def _tls_error(
    error: Exception, *, sent: bool, proxy: ProxyAddress | None, to_proxy: bool = False
) -> errors.TransportError:
    """Return the exception for a failed TLS handshake, or for an alert after it.

    Args:
        error: The exception of aiohttp.
        sent: Whether anything may have reached the service.
        proxy: The proxy of the request.
        to_proxy: Whether the handshake was with the proxy itself.
    """
    peer, address, way = "the service", "NEMO_API_URL", through(proxy)
    if to_proxy and proxy is not None:
        peer, address, way = f"the proxy {proxy.host}", "the address of the proxy", ""
    inner: Any = getattr(error, "certificate_error", None) or getattr(error, "os_error", None)
    inner = inner if isinstance(inner, ssl.SSLError | ssl.CertificateError) else error.__cause__
    inner = inner if isinstance(inner, ssl.SSLError) else error
    reason = str(getattr(inner, "reason", None) or "")
    if isinstance(inner, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        name = type(inner).__name__
        if sent:
            return _connection_lost(name, way)
        return errors.ConnectError(f"no connection to {peer}{way} ({name})")
    if isinstance(inner, ssl.SSLCertVerificationError):
        code = inner.verify_code
        words = inner.verify_message.split(",", 1)[0]
        failure = errors.TLSError(f"{peer}'s certificate can't be verified{way} ({words})")
        if code in _CLOCK_CODES:
            today = datetime.now(UTC).date().isoformat()
            failure.remedy = (
                f"Check the clock of this machine: by it, today is {today}. If it is right, the "
                "certificate is out of date."
            )
        elif "mismatch" in words.lower() or "not valid for" in inner.verify_message:
            failure.remedy = f"Check {address}; a proxy or login page may be answering instead."
        elif (file := os.environ.get("SSL_CERT_FILE")) and not os.path.exists(file):  # noqa: PTH110
            failure.remedy = f"SSL_CERT_FILE names {file}, which does not exist."
        elif not file and (other := _variable_of_others()) is not None:
            failure.remedy = (
                f"{other} is not read here, since it is for other programs: set SSL_CERT_FILE to "
                "the same file, or pass Settings(tls=…)."
            )
        return failure
    words = reason.lower().replace("_", " ") or type(inner).__name__
    if "WRONG_VERSION" in reason or "HTTP_REQUEST" in reason:
        return errors.TLSError(
            f"{peer} does not speak TLS on this port{way}",
            remedy=f"Check the scheme and the port in {address}.",
        )
    if any(part in reason for part in _OTHER_VERSION):
        return errors.TLSError(
            f"{peer} has no version of TLS in common with this client{way} ({words})",
            sent=sent,
            remedy="An old server or proxy may be answering: check NEMO_API_URL. "
            "Settings(tls=Tls(context=…)) sets other versions than TLS 1.2 and 1.3.",
        )
    if any(part in reason for part in _REFUSED_BY_PEER):
        what = "did not accept this client's certificate"
        other = ""
        if "HANDSHAKE" in reason:  # TLS 1.2 has one alert for several reasons
            what += " or its ciphers"
            other = " Otherwise an old server or proxy may be answering: check NEMO_API_URL."
        return errors.TLSError(
            f"{peer} {what}{way} ({words})",
            sent=sent,
            remedy=f"If {peer} wants a client certificate, pass "
            f"Settings(tls=Tls(certificate=…, key=…)).{other}",
        )
    return errors.TLSError(f"no secure connection to {peer}{way} ({words})", sent=sent)
