"""The records of jobs: the journal on disk, its counterpart in memory, and leases."""
