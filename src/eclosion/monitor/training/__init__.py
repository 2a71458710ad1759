"""Commands that make what the detectors ship from text that may be passed on. Nothing here runs while monitoring."""
