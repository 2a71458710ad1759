"""The command line: one module a subject, put together in ``commands``.

Data goes to standard output and all else to standard error. A command that reports has ``--json``. No secret
is taken by a flag: what must be secret comes from the environment or the settings file.
"""
