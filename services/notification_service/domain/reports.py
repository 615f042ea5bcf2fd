"""Reports of providers: what became of a message that one had taken, and what each says of the address.

A provider may report late, twice, in any order, or of what is not ours; none of that changes an end that is known.
"""

from enum import StrEnum


class ReportWord(StrEnum):
    """What a provider may say."""

    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    STOP = "stop"


class Source(StrEnum):
    """How an address came onto the suppression list."""

    BOUNCE = "bounce"
    STOP = "stop"
    HAND = "hand"


END_OF: dict[ReportWord, tuple[str, str | None]] = {
    ReportWord.DELIVERED: ("delivered", None),
    ReportWord.FAILED: ("failed", "not_delivered"),
    ReportWord.BOUNCED: ("failed", "bounced"),
}
"""Report on a message → the state in which its delivery ends, and the word for people."""
SUPPRESSES: dict[ReportWord, Source] = {ReportWord.BOUNCED: Source.BOUNCE, ReportWord.STOP: Source.STOP}
"""Report after which nothing more is sent to the address."""
