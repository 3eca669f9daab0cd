"""Analyze the frames and the sound of a clip."""
