"""People: the canonical message log, and 1V1 cases."""
