"""Where things are in a checkout."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
WIRE = TESTS / "wire"
"""Bytes captured from real servers of the stream's dialect."""
