"""Use cases of figures: what is counted, of whom nothing else is kept, and how it is sealed, frozen and listed."""
