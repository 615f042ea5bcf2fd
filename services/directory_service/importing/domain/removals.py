"""Limit of what an import removes: a file that lacks much of its directory is most likely not the whole of it."""

from collections.abc import Mapping

SHARE = 10
"""Per cent of what the source brought before that may leave it without being allowed."""
HALF_OF = 10
"""Records of one kind from which on losing more than half of them is too much."""


def is_too_much(gone: Mapping[str, int], known: Mapping[str, int]) -> bool:
    """Whether somebody has to allow it; both are numbers of records by kind.

    More than `SHARE` per cent is too much, as is more than half of a kind. In a source so small that one service with
    its place would be more, one record of each kind may go. Everything that a source brought never goes unasked.
    """
    going, there = sum(gone.values()), sum(known.values())
    if going >= there or any(gone[kind] * 2 > known[kind] >= HALF_OF for kind in gone):
        return True
    return going * 100 > there * SHARE and max(gone.values()) > 1
