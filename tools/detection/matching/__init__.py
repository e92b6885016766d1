"""From a fingerprint to the originals that it copies: candidates, alignment, verification, verdict."""
