"""The only place of the network that runs SQL: one module a subject, rows in, rows with names out."""
