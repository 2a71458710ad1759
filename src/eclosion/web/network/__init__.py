"""The network's pages, one module a subject; ``public.py`` and the owners' and operators' modules declare them."""
