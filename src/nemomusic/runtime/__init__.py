"""What the process gives: clock, threads, open files, modules."""
