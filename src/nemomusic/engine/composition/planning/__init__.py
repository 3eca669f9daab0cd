"""The plan of a piece: form, harmony, phrases, tempo, patterns."""
