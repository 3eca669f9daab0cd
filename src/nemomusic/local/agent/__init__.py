"""The agent of the embedded backend: read messages, edit the timeline, answer."""
