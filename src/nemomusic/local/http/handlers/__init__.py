"""The handlers of the routes, one module each."""
