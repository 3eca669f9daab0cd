"""The parts of the command `batch`: manifest, folder, executor, report."""
