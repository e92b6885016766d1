"""What the HTTP API keeps and reads: its tokens, and a conversation by pages."""
