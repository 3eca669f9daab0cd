"""Decode pictures and sound."""
