"""What a platform token may do: words that the command line knows without a database."""

from enum import StrEnum

DEFAULT_RATE_PER_MINUTE = 6_000


class Scope(StrEnum):
    """What a platform token may do."""

    ACT = "act"  # ask for a token that speaks for a creator
    LINK = "link"  # ask for a creator's one-time code that links a messenger
    METRICS = "metrics"  # read the metrics from another machine
