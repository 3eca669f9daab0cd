"""The styles, one file each: everything that a musician would change is named."""
