"""Fold of an organisation's name: two names that a person takes for the same one fold to the same letters.

Why: whoever rings a provider before it is let in, and an officer who chooses one, knows it by its name. Promises: case,
spaces, punctuation, width, unseen signs and letters of Greek and Cyrillic that look like Latin ones make no difference.
Not for finding services, nor for telling two organisations of one district apart that are called alike in good faith.
"""

import unicodedata

_LOOK_ALIKES = str.maketrans("αβεικμνορτυχабвгекмнорстухіјѕ", "abeikmvoptuxabbrekmhopctyxijs")


def fold_name(name: str) -> str:
    """Its letters, marks and figures, in lower case; '' where it has none."""
    letters = unicodedata.normalize("NFKC", name).casefold().translate(_LOOK_ALIKES)
    return "".join(each for each in letters if unicodedata.category(each)[0] in "LMN")
