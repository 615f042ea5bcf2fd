"""Stop words: replies by which somebody says that nothing more shall be sent to their number.

The whole reply is one of them, in any case, with or without a full stop; a sentence that holds one is no such reply.
"""

import unicodedata

STOP_WORDS = frozenset(
    {"stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "opt out"}
    | {"बंद", "बंद करें", "बंद करो", "रोकें", "स्टॉप"}
    | {"বন্ধ", "বন্ধ করুন", "থামান", "স্টপ"}
)


def is_stop_word(reply: str) -> bool:
    """Whether a reply says stop."""
    plain = unicodedata.normalize("NFC", reply).casefold().strip(" \t\r\n.!।")
    return " ".join(plain.split()) in {unicodedata.normalize("NFC", word) for word in STOP_WORDS}
