"""Decode frames and sound."""
