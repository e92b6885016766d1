"""Account diagnosis: what is wrong with an account, why, and what to do next; one detector a file."""
