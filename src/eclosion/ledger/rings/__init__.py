"""Rings on the transfer graph: who passes credits round so that trade is seen where there is none.

Arrays in, findings out: the part of the ledger that needs numpy, and therefore is imported where it is used. It
refuses to know databases, names and doors. ``flows`` is what it looks at, ``cycles`` finds value that returns,
``scoring`` weighs each pair of a payer and a payee, ``finding`` makes rings of them with their evidence.
"""
