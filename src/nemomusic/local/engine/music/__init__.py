"""How music is made up: words, styles, harmony, melody, rhythm, form and time."""
