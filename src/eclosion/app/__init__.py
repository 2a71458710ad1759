"""Where everything is put together: settings, wiring of parts and ports, event dispatch, jobs.

The only place that knows all parts. Doors use what it makes; parts never see it.
"""

from eclosion.app.house import House, open_house
from eclosion.app.settings import Settings, load_settings

__all__ = ["House", "Settings", "load_settings", "open_house"]
