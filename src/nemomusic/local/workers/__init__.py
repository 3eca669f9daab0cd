"""Run the heavy work: the engine's protocol, a stub, and worker processes."""
