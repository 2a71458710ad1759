"""What an identity can reach: predicted from the disk and the confinement, and tried.

``predict`` and ``probe`` answer the same question in two ways that share no code: one reads modes, lists and mounts,
the other opens the file. Where they differ, one of them is wrong and both are shown.
"""

from eclosion.audit.reach.access import Answer, Reader, Verdict
from eclosion.audit.reach.confinement import (
    Allowed,
    Bind,
    Confinement,
    of_bubblewrap,
    of_docker,
    of_landlock,
)
from eclosion.audit.reach.identity import Identity, of_process, of_user, own
from eclosion.audit.reach.mounts import ProcessSight, Shown, Sight
from eclosion.audit.reach.predicting import Predictor
from eclosion.audit.reach.trying import CannotProbe, Observed, probe

__all__ = [
    "Allowed",
    "Answer",
    "Bind",
    "CannotProbe",
    "Confinement",
    "Identity",
    "Observed",
    "Predictor",
    "ProcessSight",
    "Reader",
    "Shown",
    "Sight",
    "Verdict",
    "of_bubblewrap",
    "of_docker",
    "of_landlock",
    "of_process",
    "of_user",
    "own",
    "probe",
]
