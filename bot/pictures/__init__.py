"""Charts as pictures and as words: what a channel needs to show a tool's chart to a person."""
