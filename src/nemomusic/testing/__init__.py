"""Test your own code against the whole protocol, with scripted faults.

    from nemomusic.testing import FakeClock, Faults, StubBackend, run

The factories `scored_video()`, `reply()`, `export()` and `session()` make results for unit tests of
code that takes results.

The backend is the embedded one with an engine that does no work, so nothing but the core package
is needed. pytest fixtures are in `nemomusic.testing.fixtures`. They are never loaded automatically.
"""

from __future__ import annotations

from nemomusic._annotations import prepare_all
from nemomusic.testing.backend import ScriptedEngine, StubBackend
from nemomusic.testing.clock import FakeClock, FakeTimeLoop, run
from nemomusic.testing.disk import full_disk
from nemomusic.testing.factories import export, reply, scored_video, session
from nemomusic.testing.fake_time import fake_time
from nemomusic.testing.fault_script import Fault, FaultScript, FaultyBackend, Moment
from nemomusic.testing.faults import Faults

__all__ = [
    "FakeClock",
    "FakeTimeLoop",
    "Fault",
    "FaultScript",
    "Faults",
    "FaultyBackend",
    "Moment",
    "ScriptedEngine",
    "StubBackend",
    "export",
    "fake_time",
    "full_disk",
    "reply",
    "run",
    "scored_video",
    "session",
]

prepare_all(globals())
