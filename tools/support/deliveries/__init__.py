"""Messages on their way into a messenger: begun, in doubt, sent or refused; and chats that nothing reaches any more."""
