"""Compose music: prompts, styles, harmony, melody, rhythm, form and tempo."""
