"""The local model: a deterministic dialogue engine that chooses tools, fills their arguments and asks back."""
