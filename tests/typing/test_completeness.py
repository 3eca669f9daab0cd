"""Every public symbol has a known type, as a user's type checker sees it."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

COMMAND = ("pyright", "--verifytypes", "nemomusic", "--ignoreexternal")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pyright") is None, reason="pyright is in the group lint")
def test_every_public_symbol_has_a_known_type() -> None:
    done = subprocess.run(
        [*COMMAND, "--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert "Type completeness score: 100%" in done.stdout, done.stdout[-3000:]
