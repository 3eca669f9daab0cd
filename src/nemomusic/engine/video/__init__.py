"""Render the frames and write the MP4."""
