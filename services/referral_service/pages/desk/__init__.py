"""Screens of the data officer's desk."""
