"""The desk's mirror in a supergroup of a messenger: a topic for each creator, where agents may answer too."""
