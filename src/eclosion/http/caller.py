"""Where a request comes from, as the routes know it; pages ask the same."""

from eclosion.app.caller import Caller, caller_of, is_within

__all__ = ["Caller", "caller_of", "is_within"]
