"""The written music, and its forms for others: drawing, MIDI, cue sheet."""
