"""The resources of a client: one class for each part of the protocol."""
