"""Policies: what the platform's rules say, found by meaning and by words, cited by clause and day."""
