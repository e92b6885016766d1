"""Trends: what is rising, what earns, and what sets apart those who get more traffic (FACTS S13)."""
