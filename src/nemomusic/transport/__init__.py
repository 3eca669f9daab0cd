"""HTTP: a port to a library, one exchange with the API, and the pipeline around a call."""
