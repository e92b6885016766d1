"""Custom metrics: formulas that creators write, their values by day, alerts (FACTS S15)."""
