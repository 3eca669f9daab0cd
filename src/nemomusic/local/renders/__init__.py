"""Renders of the embedded backend: the queue, and the plan of each."""
