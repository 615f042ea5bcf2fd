"""Other systems. A channel is one module here that keeps the `Mailer` protocol's promises (see `mail.py`)."""
