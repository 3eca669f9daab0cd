"""What a message asks for, as values."""
