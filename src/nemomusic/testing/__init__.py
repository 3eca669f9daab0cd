"""Test your own code against the whole service, with faults as you script them.

    from nemomusic.testing import FakeClock, Faults, StubBackend, run

The backend is the embedded one with an engine that does no work, so nothing but the core package
is needed. pytest fixtures are in `nemomusic.testing.fixtures`; they are never loaded by themselves.
"""

from __future__ import annotations

from nemomusic.testing.backend import ScriptedEngine, StubBackend
from nemomusic.testing.clock import FakeClock, FakeTimeLoop, run
from nemomusic.testing.disk import full_disk
from nemomusic.testing.faults import Fault, Faults, FaultScript, Moment

__all__ = [
    "FakeClock",
    "FakeTimeLoop",
    "Fault",
    "FaultScript",
    "Faults",
    "Moment",
    "ScriptedEngine",
    "StubBackend",
    "full_disk",
    "run",
]
