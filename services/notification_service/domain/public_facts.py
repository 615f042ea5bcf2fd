"""Public changes of the directory: which snapshot of a service or an organisation is news to the outside.

Why: snapshots come again (a rebuild), late, and for reasons that are nobody's business outside (who is home). Promises:
told is what was never seen in that version, is or was public, and did not differ in internal facts alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from setu.roles import PROVIDER

_INTERNAL = ("staffed", "stands_in_for", "whole_state")
_NO_FACT = ("version", *_INTERNAL)


@dataclass(frozen=True, slots=True)
class PublicFact:
    """What is remembered of a snapshot: its version, whether the public saw it, digests of its two parts."""

    version: int
    public: bool
    shown: bytes
    internal: bytes


def fact_of(data: Mapping[str, object]) -> PublicFact:
    """Reduce a snapshot of a service or an organisation. Raises KeyError."""
    is_provider = data.get("kind", PROVIDER) == PROVIDER  # a service's snapshot names no kind
    return PublicFact(
        version=int(str(data["version"])),
        public=is_provider and data["status"] == "active" and not data["deleted"],
        shown=_digest({name: value for name, value in data.items() if name not in _NO_FACT}),
        internal=_digest({name: data.get(name) for name in _INTERNAL}),
    )


def is_news(before: PublicFact | None, after: PublicFact) -> bool:
    """Whether the outside is told of `after`."""
    if before is None:
        return after.public
    if after.version <= before.version or not (before.public or after.public):
        return False
    return after.shown != before.shown or after.internal == before.internal


def _digest(part: Mapping[str, object]) -> bytes:
    return hashlib.sha256(json.dumps(part, sort_keys=True).encode()).digest()
