"""Creators: accounts, works, daily metrics, messenger links, diagnosis."""
