"""Events as they happen, over HTTP: server-sent events, a WebSocket, and a plain question."""

from eclosion.http.streams.events import event_routes

__all__ = ["event_routes"]
