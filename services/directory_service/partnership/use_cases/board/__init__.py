"""Verbs of the board and of reports: posting, sealing, publishing, answering, moving, telling."""
