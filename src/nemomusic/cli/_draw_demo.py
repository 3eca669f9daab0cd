"""Draw the clip of the demo in a process of its own, which can be ended at any time.

`python -P -m nemomusic.cli._draw_demo PATH SECONDS` prints the times of the cuts as a JSON list.
The process ends when its standard input ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path


def _watch() -> None:
    sys.stdin.buffer.read()
    os._exit(1)  # the parent process is gone


def main() -> None:
    """Draw the clip, and print the times of its cuts."""
    threading.Thread(target=_watch, daemon=True).start()
    from nemomusic.engine.demo.clip import draw_clip

    cuts = draw_clip(Path(sys.argv[1]), seconds=float(sys.argv[2]))
    sys.stdout.write(json.dumps(cuts))
    sys.stdout.flush()
    os._exit(0)  # the thread that watches standard input still reads


if __name__ == "__main__":
    main()
