"""Rewrite a message in plainer words before the rules read it."""
