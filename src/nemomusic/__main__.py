"""`python -m nemomusic`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from nemomusic.cli import main
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(main())
