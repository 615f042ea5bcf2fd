"""Use cases of training: sessions, attendance, coverage, study cards."""
