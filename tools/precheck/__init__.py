"""Before publishing: what a draft may break, where, and what to change; a prediction, never a ruling."""
