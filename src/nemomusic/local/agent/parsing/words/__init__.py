"""The words that the rules know, in English and Chinese."""
