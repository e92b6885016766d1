"""Inspiration and materials: topics, hooks, scripts, covers, music and titles from a catalogue, ranked by peers' plays."""
