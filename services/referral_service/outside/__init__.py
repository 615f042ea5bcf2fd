"""Other systems, behind small functions."""
