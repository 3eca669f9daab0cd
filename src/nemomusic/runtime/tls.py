"""Which certificates are trusted, and which client certificate is sent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from nemomusic.errors import ConfigurationError
from nemomusic.runtime.python_modules import complete_python
from nemomusic.secret import Secret

if TYPE_CHECKING:
    import ssl


def _path(value: str | os.PathLike[str] | None) -> Path | None:
    return None if value is None else Path(value)


def _secret(value: str | Secret | None) -> Secret | None:
    return None if value is None else Secret(value)


@attrs.frozen(kw_only=True)
class Tls:
    """Which certificates to trust, and which client certificate to send.

    `Settings(tls="ca.pem")` is short for `Settings(tls=Tls(ca_file="ca.pem"))`, and a context of
    the standard library can be passed in its place.

    Attributes:
        ca_file: A PEM file, or a folder of PEM files, with further CAs to trust, such as the CA of
            a proxy that inspects TLS. The system's CAs stay trusted.
        certificate: A PEM file with a client certificate, or None.
        key: A PEM file with the certificate's private key; None if the key is in the certificate's
            file.
        password: The password of the key, or None.
        context: A context to use without change. The other attributes must be None.
    """

    ca_file: Path | None = attrs.field(default=None, converter=_path)
    certificate: Path | None = attrs.field(default=None, converter=_path)
    key: Path | None = attrs.field(default=None, converter=_path)
    password: Secret | None = attrs.field(default=None, converter=_secret, repr=False)
    context: ssl.SSLContext | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # it does not change, and a context can't be copied

    def __attrs_post_init__(self) -> None:
        if self.context is not None and (self.ca_file or self.certificate):
            raise ConfigurationError(
                "tls has a context, and files beside it",
                remedy="Load the files into the context, or leave the context out.",
            )
        if self.context is not None and self.context.verify_mode == 0:  # ssl.CERT_NONE
            raise ConfigurationError(
                "tls has a context that checks no certificate",
                remedy="The token could go to another server. Name the CA to trust with ca_file=.",
            )
        if self.certificate is None and self.key is not None:
            raise ConfigurationError(
                "tls has a key without a certificate", remedy="Pass certificate= as well."
            )

    @classmethod
    def of(cls, value: Tls | ssl.SSLContext | str | os.PathLike[str]) -> Tls:
        """Return the settings for what `Settings(tls=…)` takes.

        Raises:
            ConfigurationError: The value has another type.
        """
        with complete_python():
            import ssl

        if isinstance(value, Tls):
            return value
        if isinstance(value, ssl.SSLContext):
            return cls(context=value)
        if isinstance(value, str | os.PathLike):
            return cls(ca_file=Path(value))
        raise ConfigurationError(
            f"tls is a Tls, an ssl.SSLContext or the path of a CA file, not {type(value).__name__}",
            remedy="The certificates of servers are always checked; name the CA to trust.",
        )

    def build(self) -> ssl.SSLContext:
        """Return a context for connections. It reads the files.

        Raises:
            ConfigurationError: A file can't be read, or holds something else.
        """
        with complete_python():
            import ssl

        if self.context is not None:
            return self.context
        context = ssl.create_default_context()
        if self.ca_file is not None:
            with _FileErrors("the CA file", self.ca_file):
                folder = self.ca_file.is_dir()
                context.load_verify_locations(
                    cafile=None if folder else self.ca_file, capath=self.ca_file if folder else None
                )
        if self.certificate is not None:
            password = "" if self.password is None else self.password.reveal()
            with _FileErrors("the client certificate", self.certificate):
                # With a password, even an empty one, OpenSSL does not ask for one on the terminal.
                context.load_cert_chain(self.certificate, self.key, password)
        return context


class _FileErrors:
    """Turns the exceptions of the module ssl about a file into `ConfigurationError`."""

    def __init__(self, what: str, path: Path) -> None:
        self._what = what
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | ValueError):  # ssl.SSLError is an OSError
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None)
            raise ConfigurationError(
                f"{self._what} {self._path} can't be used ({reason or type(error).__name__})",
                remedy="Name a PEM file that can be read; an encrypted key needs its password.",
            ) from None
