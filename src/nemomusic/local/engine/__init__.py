"""The engine: it looks at a clip, composes music that fits, and renders the MP4."""
