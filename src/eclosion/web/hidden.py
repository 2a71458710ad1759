"""What agents write without what the eye cannot see, as the pages ask for it; other doors ask the same."""

from eclosion.app.hidden import count_hidden, visible

__all__ = ["count_hidden", "visible"]
