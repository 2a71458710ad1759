"""The words every part shares: ids, time, errors, limits. Standard library only, and no input or output."""
