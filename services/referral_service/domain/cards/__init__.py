"""Rules of cards: their numbers, language, order, stock, and whom one tells to call. Use: `store/cards/use_card.py`."""
