"""`python -m nemomusic`."""

from __future__ import annotations

import sys

from nemomusic.cli import main

if __name__ == "__main__":
    sys.exit(main())
