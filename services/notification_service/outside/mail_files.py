"""Mail into files, for a machine without a mail server (the local stack, a rehearsal). Never for production.

A file appears whole or not at all, and the same mail always goes to the same name, so a repeated one replaces itself.
"""

import os
from pathlib import Path

from notification_service.outside.mail import Mail, TemporaryError, compose


class MailFiles:
    """Keeps the `Mailer` promise with `<directory>/<delivery id>.eml`."""

    def __init__(self, directory: Path, sender: str) -> None:
        self._directory = directory
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Write the mail; raises TemporaryError when the disk refuses, PermanentError for a bad address."""
        message = compose(mail, self._sender)
        try:
            self._directory.mkdir(mode=0o750, parents=True, exist_ok=True)
            half = self._directory / f".{mail.id}.part"
            with half.open("wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            half.replace(self._directory / f"{mail.id}.eml")
        except OSError:
            raise TemporaryError("unreachable") from None
