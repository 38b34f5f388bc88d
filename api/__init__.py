"""The side that machines talk to: HTTP API for other systems."""
