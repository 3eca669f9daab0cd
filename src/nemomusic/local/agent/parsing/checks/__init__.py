"""Check a reading before work that is paid: where one of these doubts it, the agent asks."""
