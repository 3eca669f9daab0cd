"""The parts of the music: melody, bass, chords, drums, and their arrangement."""
