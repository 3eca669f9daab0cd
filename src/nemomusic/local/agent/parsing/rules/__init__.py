"""The rules that find intents in a clause."""
