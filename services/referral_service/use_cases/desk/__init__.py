"""What the data officer's desk does."""
