"""Values, and views over the JSON of the service. No I/O."""
