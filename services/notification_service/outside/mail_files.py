"""Mail carrier into files, for a machine without a mail server (the local stack). Never for production.

The folder and the files are their owner's alone (0700, 0600), since they hold addresses of staff.
A file appears whole or not at all, and the same mail always goes to the same name, so a repeated one replaces itself.
"""

import os
import tempfile
from pathlib import Path

from notification_service.outside.carrier import Message, TemporaryError
from notification_service.outside.mail_format import compose
from service_kit.whole_file import write_whole


class MailFiles:
    """Keeps the `Carrier` promise with `<directory>/<delivery id>.eml`."""

    def __init__(self, directory: Path, sender: str) -> None:
        self._directory = directory
        self._sender = sender

    def try_folder(self) -> None:
        """Write a file that is gone again at once, and no mail; raises OSError.

        A folder that the first mail will make is tried in the one above, and not made: it would be the operator's.
        """
        there = next(each for each in (self._directory, *self._directory.absolute().parents) if each.exists())
        with tempfile.TemporaryFile(dir=there, buffering=0) as file:
            file.write(bytes(4096))

    def send(self, mail: Message) -> None:
        """Write the mail; raises TemporaryError when the disk refuses, PermanentError for a bad address."""
        message = compose(mail, self._sender)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._directory.stat().st_uid == os.geteuid():  # one that was there before may be open
                self._directory.chmod(0o700)
            with write_whole(self._directory / f"{mail.id}.eml") as file:
                file.write(message.as_bytes())
        except OSError:
            raise TemporaryError("unreachable") from None
