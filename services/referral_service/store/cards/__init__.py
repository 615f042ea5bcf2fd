"""Queries of cards: their sheets and orders, what is asked with a code, using one; their tables: `tables_cards.py`."""
