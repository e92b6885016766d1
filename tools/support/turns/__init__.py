"""What became of every turn, as figures: no words, nobody's name."""
