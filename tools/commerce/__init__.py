"""Brand orders, goods to sell for others, and paid courses."""
