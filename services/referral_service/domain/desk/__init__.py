"""Rules of the data officer's desk: requests, their clocks, and what two people decide."""
