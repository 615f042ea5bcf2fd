"""Other systems. A channel is one module here that keeps the promises of `Carrier` (see `carrier.py`)."""
