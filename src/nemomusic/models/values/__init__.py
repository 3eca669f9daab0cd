"""What every model is built on: the base class, converters, JSON text, numbers of the wire."""
