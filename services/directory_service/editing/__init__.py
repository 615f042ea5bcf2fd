"""Editing: a provider's own changes, their approval, spreadsheet upload."""
