"""Skills that an agent would learn, and tool servers' definitions: what is wrong with them, before it does."""

from eclosion.audit.skills.model import BAD_FROM, Package, Text, Verdict
from eclosion.audit.skills.package import find_skills, read_package
from eclosion.audit.skills.scanning import judge, scan_all, scan_skill

__all__ = [
    "BAD_FROM",
    "Package",
    "Text",
    "Verdict",
    "find_skills",
    "judge",
    "read_package",
    "scan_all",
    "scan_skill",
]
