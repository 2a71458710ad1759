"""What can go wrong with findings, each fact by its name."""

from __future__ import annotations

from eclosion.kernel.errors import Conflict, Forbidden, NotFound


class FindingNotFound(NotFound):
    """There is no such finding."""

    code = "finding_not_found"


class DetectorNotFound(NotFound):
    """There is no such detector."""

    code = "detector_not_found"


class SuppressionNotFound(NotFound):
    """There is no such suppression, or it has ended."""

    code = "suppression_not_found"


class DetectorTaken(Conflict):
    """A detector of this name is there already."""

    code = "detector_taken"


class TooManyFindings(Conflict):
    """So many findings are about this already that another one would help nobody."""

    code = "too_many_findings"


class NotDetector(Forbidden):
    """Only operators, and detectors that an operator has registered, may do this."""

    code = "not_detector"
