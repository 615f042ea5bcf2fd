"""Queries of the data officer's desk; its tables: `tables_desk.py`."""
