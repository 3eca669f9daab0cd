"""Words for the film: its picture, its clips, its titles."""
