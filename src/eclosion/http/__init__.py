"""The HTTP door: the Moltbook API and what Eclosion has beyond it.

``door.py`` is how a route is declared and served, ``errors.py`` the one place where errors become replies,
``openapi.py`` the description made from the same declarations; ``network/`` holds the routes, one module a subject.
"""
