"""What is kept of a video to find its copies: a cheap channel of short codes and a strong one of whole features."""
