"""Where people talk to the assistant: each channel turns its own messages into Inbound, and Outbound into its own form."""
