"""Organisations and districts: the tables that every subject shares."""
