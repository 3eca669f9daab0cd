"""Running the real command: what the tests of the command line share."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

import attrs

from nemomusic.local import LocalBackend

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("NEMO_TOKEN", "NEMO_API_URL", "NEMO_WEB_URL", "NEMO_CLIENT_ID", "NEMOMUSIC_BACKEND")

PATIENT = (
    "import sys; from nemomusic.cli import main; from nemomusic.cli.terminal import runner; "
    "assert runner.END_SECONDS < 60; runner.END_SECONDS = 60; "
    "sys.exit(main(sys.argv[1:]))"
)


@attrs.frozen
class Done:
    """A command that is over."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The one line that says what went wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("nemomusic: error: ")]
        assert len(lines) == 1, self.err
        return lines[0].removeprefix("nemomusic: error: ")


class Desk:
    """A folder to work in, with a home and a folder for temporary files of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.temporary = path / "tmp"
        self.temporary.mkdir()
        self.home = path / "home"
        self.home.mkdir()
        self.data = self.home / "data" / "nemomusic"
        self._started: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            process.kill()
            with process:  # waits, and closes its streams
                pass

    def environment(self, **more: str) -> dict[str, str]:
        known = {name: value for name, value in os.environ.items() if name not in NAMES}
        return {
            **known,
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "LOCALAPPDATA": str(self.home / "data"),
            "TMPDIR": str(self.temporary),
            "TEMP": str(self.temporary),
            "PYTHONIOENCODING": "utf-8",
            **more,
        }

    def start(self, *words: object, **more: str) -> subprocess.Popen[str]:
        return self._begin([sys.executable, "-m", "nemomusic"], words, more)

    def start_patient(self, *words: object, **more: str) -> subprocess.Popen[str]:
        """Start a command that has a minute to end in order: this machine may be busy."""
        return self._begin([sys.executable, "-c", PATIENT], words, more)

    def _begin(
        self, command: list[str], words: tuple[object, ...], more: dict[str, str]
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*command, *map(str, words)],
            cwd=self.path,
            env=self.environment(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._started.append(process)
        return process

    def run(self, *words: object, said: str = "", **more: str) -> Done:
        """Run a command to its end; nothing may be left behind, and no traceback is ever shown."""
        process = self.start(*words, **more)
        out, err = process.communicate(said, timeout=180)
        assert "Traceback" not in err, err
        assert self.leftovers() == []
        return Done(process.returncode, out, err)

    def leftovers(self) -> list[Path]:
        return [*self.temporary.iterdir(), *self.path.glob("**/*.part*")]


class Cloud:
    """A backend in a thread, for commands that think it is the service."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with LocalBackend(**self._options) as self.backend:
            self._ready.set()
            await self._over.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(180)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def token(self, **user: Any) -> str:
        """Return the token of a registered user."""

        async def issue() -> str:
            return self.backend.issue_token(**user)

        return asyncio.run_coroutine_threadsafe(issue(), self._loop).result(180)

    @property
    def where(self) -> dict[str, str]:
        return {"NEMO_API_URL": self.backend.url}
