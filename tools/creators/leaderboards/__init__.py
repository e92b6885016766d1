"""Leaderboards: who ranks where by category, city, measure and period (FACTS S16)."""
