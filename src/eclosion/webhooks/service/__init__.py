"""The use cases of webhooks, one module a subject."""
