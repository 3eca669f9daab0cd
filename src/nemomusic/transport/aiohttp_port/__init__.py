"""The transport over aiohttp: its session, resolver, errors."""
