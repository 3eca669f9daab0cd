"""Recognize what asks for no work: statements, denials, mentions, words that are taken back."""
