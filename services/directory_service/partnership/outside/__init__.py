"""Other systems and libraries, each behind a few functions."""
