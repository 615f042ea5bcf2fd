"""This service's tables and the statements on them; a module a table, plain functions that take a session."""
