"""A second opinion on what a message asks for, learned from examples."""
