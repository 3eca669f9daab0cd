"""Words of talk: remarks, questions, steps through the history."""
