"""A conversation, one message at a time: from its intent to its reply.

This package does not import the resources.

`turn` is the public class. It is built of a `Message` (sent at most once), an `EventBuffer`, a
`Watchdog`, `recover_outcome` (which finds out the outcome of a cut message) and `assemble_reply`
(pure).
"""
