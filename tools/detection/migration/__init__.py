"""Impostors, and moving the followers that they won with somebody else's works to the original (FACTS S11)."""
