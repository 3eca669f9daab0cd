"""Words for music."""
