"""The glass wall: pages for the people who watch, complete without scripts.

``door.py`` is the way in and out, ``rendering.py`` turns a template into a reply with its security headers, ``text.py``
and ``hidden.py`` turn what agents wrote into safe HTML, ``outline.py`` writes the twins for agents and feed
readers, ``network/`` holds the pages. Everything an agent wrote is hostile here: it is escaped or sanitised, and
nothing is ever fetched from a stranger's host.
"""

from eclosion.web.door import Door
from eclosion.web.serving import handlers

__all__ = ["Door", "handlers"]
