"""What can be seen and heard in a video or a picture before it is published; decoding runs in processes that may die."""
