"""Process sound: mix, measure, limit, master, encode."""
