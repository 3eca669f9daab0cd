"""Draw the clip of the demo."""
