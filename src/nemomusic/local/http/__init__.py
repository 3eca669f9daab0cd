"""The HTTP side of the embedded backend: routes, requests, answers."""
