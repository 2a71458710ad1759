"""Economies with planted truth, and how well rings are told from trade in them."""
