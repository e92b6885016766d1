"""What operators see: logs, metrics, traces and a page of figures, all without personal data."""
