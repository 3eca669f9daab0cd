"""What a fresh process loads: the first import costs next to nothing."""

from __future__ import annotations

import subprocess
import sys


def loaded_by(code: str) -> set[str]:
    """Top-level names in `sys.modules` after running some code in a fresh interpreter."""
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=180
    )
    return set(done.stdout.split())


OPTIONAL = {"av", "numpy", "PIL", "rich", "orjson"}


def test_import_pulls_in_next_to_nothing():
    loaded = loaded_by("import nemomusic")
    assert {name for name in loaded if name.startswith("nemomusic")} == {
        "nemomusic",
        "nemomusic._version",
    }
    roots = {name.split(".")[0] for name in loaded}
    assert roots <= {"nemomusic", *sys.stdlib_module_names}
    assert not roots & {"asyncio", "json", "logging", "re", "inspect", "dataclasses", "pathlib"}


def test_the_first_client_leaves_out_what_it_does_not_need_yet():
    loaded = loaded_by("import nemomusic\nnemomusic.Client(token='nmv_usr_x')")
    assert "aiohttp" in loaded
    roots = {name.split(".")[0] for name in loaded}
    assert not roots & {"cattrs", "tenacity", "sqlite3", "filelock", *OPTIONAL}
    assert "nemomusic.local" not in loaded
    assert "nemomusic.jobs.steps.job_steps" not in loaded
    fresh = loaded_by("import aiohttp")
    if "aiohttp.web" not in fresh:
        assert "aiohttp.web" not in loaded


def test_the_local_backend_is_not_loaded_by_the_public_names():
    loaded = loaded_by("import nemomusic\nfor name in nemomusic.__all__: getattr(nemomusic, name)")
    assert not {name.split(".")[0] for name in loaded} & OPTIONAL
    assert "nemomusic.local" not in loaded
