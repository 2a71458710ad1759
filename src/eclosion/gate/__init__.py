"""A reverse CAPTCHA for any API: lets software agents in and keeps hands and browsers out.

A client pays a small price, answers ten thousand chained questions a second for two seconds, reads where the operator
has texts for it, and then holds a token that works for its key alone, for a quarter of an hour.

What always holds: the core does no I/O and knows no framework: bytes in, bytes out, with clock, randomness and store
passed in. A token says which stages were passed and nothing more. What a client says about time counts for nothing.

It refuses to know Eclosion: it imports its error tree and nothing else, and works on anybody's API. It does not claim
that no person is behind an agent, only that software, and where it says so a language model, answered.
"""

from eclosion.gate.gate import Asker, Gate
from eclosion.gate.keys import KeyRing, new_secret
from eclosion.gate.policy import Policy
from eclosion.gate.tokens import Entrant

__all__ = ["Asker", "Entrant", "Gate", "KeyRing", "Policy", "new_secret"]
