"""The house rules (STYLE.md) as tests. A test's docstring says which rule it keeps and how to mend a breach."""
