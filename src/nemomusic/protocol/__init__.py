"""Pure functions over bytes and JSON: routes, envelopes, streams, policy, recovery, phrases."""
