"""Use cases of cards: made, ordered, printed, lost, shown at a provider, and what is asked with the code on one."""
