"""The support agents' pages: sign-in, the desk, search, figures, reviews, rules."""
