"""Verbs of focal points: named, handed over, and whom they ring."""
