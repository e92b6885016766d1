"""The HTTP API for the platform's own app: the same assistant, cases and files as in every other channel."""
