"""Infringement reports from the first word to the last: steps, kinds, verdicts, appeals, notices."""
