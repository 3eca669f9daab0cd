"""Put music under a video."""
