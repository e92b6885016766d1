"""The rule language: one text (a subset of CEL), explained for one creator and run as SQL over millions."""
