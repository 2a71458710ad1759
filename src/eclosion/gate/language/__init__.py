"""Language rounds: items that a reader answers and a script does not, from texts that nobody has seen.

An item shows three sentences, a gap and three more; one of four sentences of the same document stood in the gap. The
distractors are balanced against a trained attacker, so that likeness, style and place tell nothing (``balance``).

What always holds: items come from moderated text and are used once (``supply``); a supply that is empty, public, too
small, never attacked, or that scripts answer too well is refused; what a client is shown carries no answer and
says that it is data (``rounds``). It claims that something which reads as a competent language model answered,
and no more: not that no person had a hand in it.

Importing needs the standard library alone. Training and attacking need the extra ``attack``.
"""
