"""Closes what an audit found, as far as a machine can: settings changed in place, modes tightened, undone at will.

What always holds: a change is planned and shown before it is made; comments, order and spaces stay; an interrupted fix
leaves each file as it was or as it should be; no secret is changed, shown or copied.
"""

from eclosion.audit.mending.applying import Done, apply_plan, fixes_of, undo
from eclosion.audit.mending.closing import Left, Plan
from eclosion.audit.mending.planning import plan_fixes
from eclosion.audit.mending.showing import diff_of

__all__ = ["Done", "Left", "Plan", "apply_plan", "diff_of", "fixes_of", "plan_fixes", "undo"]
