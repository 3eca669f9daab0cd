"""A Python without a module of the standard library: one error that names the module."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, sys

sys.modules[sys.argv[1]] = sys.modules["_" + sys.argv[1]] = None
import nemomusic
from nemomusic.errors import ConfigurationError


async def journal():
    async with nemomusic.Client.local(folder=sys.argv[2], journal=sys.argv[2] + "/j") as client:
        await client.jobs.list()


def ssl():
    nemomusic.Client("nmv_usr_x")


def sqlite3():
    nemomusic.Client("nmv_usr_x")  # needs none
    nemomusic.Journal


for ask in (globals()[sys.argv[1]], lambda: asyncio.run(journal())):
    try:
        ask()
    except ConfigurationError as error:
        print(error.message)
"""


@pytest.mark.parametrize("module", ["ssl", "sqlite3"])
def test_the_module_is_named(tmp_path, module):
    words = (sys.executable, "-c", PROGRAM, module, str(tmp_path))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert len(said) == 2
    assert all(f"without the module {module}" in line for line in said)
