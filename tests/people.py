"""People for tests who are signed in already."""

from bench.people import cookie, headers, signed_in

__all__ = ["cookie", "headers", "signed_in"]
