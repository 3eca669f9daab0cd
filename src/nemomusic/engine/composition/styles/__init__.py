"""The styles, one file each. All values that a musician might change have names."""
