"""Store files by their content, at an address that this machine and the workers see (fsspec)."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import ConfigurationError, LocalBackendError, MissingExtraError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

_COPY_BYTES: Final = 4 * 2**20
"""Bytes of one copy step."""
_MAX_CACHED_DIGESTS: Final = 4096
"""The number of digests that are kept, so that an unchanged file is hashed once."""
ANSWER_SECONDS: Final = 8.0
"""Seconds in which a store must answer a request that moves little data, all repeats included.

s3fs and botocore both repeat a request, so that an address without a server would be asked for
minutes. A check of a store makes two such requests.
"""
_OBJECT_STORES: Final = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss"})
"""Protocols whose files appear only when they are complete, so that they need no temporary name."""


class StoreError(LocalBackendError):
    """The store can't be read or written, or the content of a file does not match its name."""


class ContentStore:
    """A folder of an fsspec file system. A file's name is its SHA-256.

    Args:
        url: Such as `file:///mnt/shared/store` or `s3://bucket/prefix`.
        options: Keyword arguments of the file system, such as `endpoint_url` for S3. Secrets belong
            in the environment of both sides instead.

    Raises:
        MissingExtraError: fsspec, or its package for this kind of address, is not installed.
        ConfigurationError: The address can't be used.
    """

    def __init__(self, url: str, options: dict[str, Any] | None = None) -> None:
        self.url = url
        self.options: dict[str, Any] = options or {}
        self._known: OrderedDict[tuple[object, ...], str] = OrderedDict()
        if not url.strip():  # fsspec takes the working directory
            raise ConfigurationError(
                "the address of the store is empty",
                remedy="Give an address such as file:///mnt/shared/store or s3://bucket/prefix.",
            )
        try:
            import fsspec
        except ImportError as error:
            raise MissingExtraError(
                "a store needs fsspec",
                remedy='Install the extra "dask" in a checkout of nemomusic: pip install ".[dask]"',
            ) from error
        try:
            self._files, self._root = fsspec.core.url_to_fs(url, **self.options)
        except ImportError as error:
            raise MissingExtraError(
                f"the store {url} needs a package that is missing: {error}",
                remedy="Install it here and on all workers, such as s3fs for s3://.",
            ) from error
        except (ValueError, OSError) as error:
            raise ConfigurationError(
                f"the store {url} can't be used ({error})",
                remedy="Give an address such as file:///mnt/shared/store or s3://bucket/prefix.",
            ) from error

    def check(self) -> str:
        """Write a small file, and return its digest for the workers to read.

        Raises:
            StoreError: The store can't be written.
        """
        content = uuid.uuid4().hex.encode()
        digest = hashlib.sha256(content).hexdigest()
        try:
            self._ask("makedirs", self._root, exist_ok=True)
            self._ask("pipe_file", self._path(digest), content)
        except Exception as error:
            raise self._failed("written", error) from error
        return digest

    def read(self, digest: str) -> bytes:
        """Return a small file.

        Raises:
            StoreError: The file can't be read.
        """
        try:
            content: bytes = self._ask("cat_file", self._path(digest))
        except Exception as error:
            raise self._failed("read", error) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise StoreError(f"{digest} in {self.url} is damaged", remedy="Empty the store.")
        return content

    def remove(self, digest: str) -> None:
        """Remove a file. A missing file is no error."""
        with suppress(Exception):  # a file that is left over does no harm
            self._ask("rm_file", self._path(digest))

    def _ask(self, method: str, *args: Any, **more: Any) -> Any:
        """Call a method of the file system that moves little data.

        Raises:
            TimeoutError: The store did not answer within `ANSWER_SECONDS`.
        """
        if getattr(self._files, "async_impl", False):  # file systems of this machine have no limit
            more["timeout"] = ANSWER_SECONDS
        return getattr(self._files, method)(*args, **more)

    def _path(self, digest: str) -> str:
        return f"{self._root.rstrip('/')}/{digest}"

    def put(self, path: Path) -> str:
        """Put a file into the store unless the store has it, and return its digest.

        Raises:
            StoreError: The store can't be written.
            OSError: The file can't be read.
        """
        info = path.stat()
        key = (str(path), info.st_size, info.st_mtime_ns, info.st_ino)
        digest = self._known.get(key)
        if digest is None:
            with path.open("rb") as file:
                digest = _digest(file)
            self._known[key] = digest
            while len(self._known) > _MAX_CACHED_DIGESTS:
                self._known.popitem(last=False)
        try:
            target = self._path(digest)
            if self._size(target) == info.st_size:
                return digest
            if _OBJECT_STORES.intersection(_protocols(self._files)):
                self._files.put_file(str(path), target)  # appears only when it is complete
            else:
                part = f"{target}.{uuid.uuid4().hex}.part"
                self._files.makedirs(self._root, exist_ok=True)
                self._files.put_file(str(path), part)
                self._files.mv(part, target)
        except Exception as error:
            raise self._failed("written", error) from error
        return digest

    def _size(self, target: str) -> int | None:
        """Return the size of a file of the store; None if it is not there. One request."""
        try:
            return int(self._ask("info", target)["size"])
        except FileNotFoundError:
            return None

    def fetch(self, digest: str, target: Path) -> None:
        """Copy a file out of the store, and verify it. The target appears only when it is complete.

        Raises:
            StoreError: The store can't be read, or the file is damaged.
            OSError: The target can't be written.
        """
        part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
        try:
            part.touch(exist_ok=False)
            try:
                self._files.get_file(self._path(digest), str(part))
            except Exception as error:
                raise self._failed("read", error) from error
            with part.open("rb") as copy:
                found = _digest(copy)
            if found != digest:
                raise StoreError(
                    f"{digest} in {self.url} is damaged", remedy="Empty the store, and try again."
                )
            os.replace(part, target)  # noqa: PTH105 - beside `open` of the same path
        finally:
            part.unlink(missing_ok=True)

    def _failed(self, what: str, error: Exception) -> StoreError:
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, TimeoutError) and not str(error):
            reason = f"no answer within {ANSWER_SECONDS:g} s"
        return StoreError(
            f"the store {self.url} can't be {what} ({reason})",
            remedy="Check its address and the rights of this machine and of the workers.",
        )


def _protocols(files: Any) -> set[str]:
    named = files.protocol
    return {named} if isinstance(named, str) else set(named)


def _digest(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while piece := file.read(_COPY_BYTES):
        found.update(piece)
    return found.hexdigest()
