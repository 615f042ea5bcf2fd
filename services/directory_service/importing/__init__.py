"""Importing: from files to listings."""
