"""The way in: the ASGI application and the console script. The only place that knows all doors."""
