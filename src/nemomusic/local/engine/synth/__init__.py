"""The synthesiser: a score in, a WAV file out."""
