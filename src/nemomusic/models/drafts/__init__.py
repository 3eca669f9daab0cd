"""The draft of a session, typed views of it, and what changed in it."""
