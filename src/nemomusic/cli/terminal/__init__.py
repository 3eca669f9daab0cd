"""What all commands share: connecting, running, printing, paths, pipes and exit codes."""
