"""Fold of an organisation's name: two ways to write one name fold to the same letters.

Why: whoever rings a provider before it is let in, and an officer who chooses one, knows it by its name. Promises: case,
spaces, punctuation, width, unseen signs and the digits of any script make no difference; letters of Greek and Cyrillic,
which look like Latin ones and are needed by no name in India, are told, so that a provider's name has none. Rarer
scripts have such letters, too: whoever approves a provider rings it up. Not for finding services, nor for telling two
organisations of one district apart that are called alike in good faith.
"""

import unicodedata

from setu.guard import fold

_FOREIGN = {"GREEK", "CYRILLIC"}


def fold_name(name: str) -> str:
    """Its letters, marks and figures, in lower case; '' where it has none."""
    return "".join(each for each in fold(name) if unicodedata.category(each)[0] in "LMN")


def has_foreign_letters(name: str) -> bool:
    """Whether one of its letters or marks is Greek or Cyrillic, also as a sign of mathematics or of a unit."""
    letters = unicodedata.normalize("NFKC", name)
    return any(not _FOREIGN.isdisjoint(unicodedata.name(each, "").split()) for each in letters)
