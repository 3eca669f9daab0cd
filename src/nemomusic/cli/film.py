"""Draws the demo's film in a process of its own, which can be ended at any moment.

`python -P -m nemomusic.cli.film PATH SECONDS`: prints the times of the cuts as a JSON list. It
ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path


def _watch() -> None:
    sys.stdin.buffer.read()
    os._exit(1)  # whoever asked is gone


def main() -> None:
    """Draw it."""
    threading.Thread(target=_watch, daemon=True).start()
    from nemomusic.local.engine.film import draw_film

    cuts = draw_film(Path(sys.argv[1]), seconds=float(sys.argv[2]))
    sys.stdout.write(json.dumps(cuts))
    sys.stdout.flush()
    os._exit(0)  # the thread above still reads


if __name__ == "__main__":
    main()
