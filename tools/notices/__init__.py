"""Activities, and words that creators get later: whose, when and how they reach them (FACTS S17)."""
