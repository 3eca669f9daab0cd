"""What the text of the agent says: replies, apologies, and instructions for a screen."""
