"""The assistant as people meet it: channels, the agent, the command line."""
