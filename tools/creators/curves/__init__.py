"""Second by second: curves from playback logs, and what they say about a work (FACTS S12)."""
