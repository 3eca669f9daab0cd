"""I/O with disks: sources, outputs, downloads."""
