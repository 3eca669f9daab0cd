"""The SQLite store of the embedded backend."""
