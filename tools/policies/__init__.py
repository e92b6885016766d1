"""The agent's door to the policies in `knowledge/`."""
