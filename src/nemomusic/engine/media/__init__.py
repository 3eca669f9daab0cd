"""Read files: probe them, check that they are complete, and decode their frames and sound."""
