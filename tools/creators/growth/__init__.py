"""Growth advice: the stage an account is in, what those who left it did differently, the next milestone."""
