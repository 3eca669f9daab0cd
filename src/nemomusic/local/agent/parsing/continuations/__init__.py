"""Read messages that only make sense after the last one: "a bit more", "no, at 10"."""
