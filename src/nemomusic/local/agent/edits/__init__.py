"""The edits of a session's draft."""
