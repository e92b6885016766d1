"""The shipped sentence embedding: its weights, its tokenizer, and the script that trains it."""
