"""Text that nobody sees: in tag characters, variation selectors, zero-width signs, directions and blanks."""

from eclosion.monitor.detectors.invisible.detector import Invisible

__all__ = ["Invisible"]
