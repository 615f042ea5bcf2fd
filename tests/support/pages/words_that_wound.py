"""The words that no screen, message or card has, and what is said instead (CONTRIBUTING, "Words")."""

import re

WOUNDS = re.compile(r"\b(addict|abuser|junkie|inmate|relapse)|\bclean\b", re.IGNORECASE)
"""Of a person, or of not using; wounds may be cleaned."""
