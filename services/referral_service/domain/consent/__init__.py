"""Rules of consent: the text that is read aloud, and what is recorded. Taking it back: `domain/transitions.py`."""
