"""The agent's answers, in English and Chinese."""
