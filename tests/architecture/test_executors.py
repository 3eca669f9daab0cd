"""No part of the package waits for the event loop's own executor, which others may have filled."""

from __future__ import annotations

import re

from support.source import FILES, PACKAGE, module

OWN = re.compile(r"\bto_thread\b|run_in_executor\(\s*None")


def test_nothing_uses_the_executor_of_the_loop():
    found = [module(path) for path in FILES if OWN.search((PACKAGE / path).read_text("utf-8"))]
    assert not found, "use nemomusic.runtime.executor: the client's own, or SHARED"
