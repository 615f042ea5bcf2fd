"""Key folder: private halves of the board's day keys, as files of the worker's that no backup may hold.

Why not the database: a dump or an archive of its log would keep a key that was destroyed, beside what it opens.
Promises: a file is written whole and for its owner alone; a destroyed one is overwritten first. Where the folder is
lost, what waits is lost with it, at most three days of items. A key is made each day, and destroyed once all that it
sealed is published or sealed anew: `use_cases/board/publish_board_batch.py`. When not to use it: for anything that must
last.
"""

import base64
import os
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from service_kit.whole_file import write_whole

_SUFFIX = ".key"


class BoardKeys:
    """The private keys in a folder, each under the id of its row."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made at first use."""
        self._folder = folder

    def make(self, key: UUID) -> str:
        """Make a key pair, keep its private half, return the public one in base64."""
        pair = X25519PrivateKey.generate()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with write_whole(self._file(key)) as file:
            file.write(base64.b64encode(pair.private_bytes_raw()))
        return base64.b64encode(pair.public_key().public_bytes_raw()).decode()

    def private(self, key: UUID) -> str | None:
        """The private half in base64; None where it is not here."""
        try:
            return self._file(key).read_text()
        except FileNotFoundError:
            return None

    def destroy_all_but(self, kept: Collection[UUID]) -> None:
        """Overwrite and remove every other key."""
        names = {self._file(key).name for key in kept}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path.name not in names:
                with path.open("r+b") as file:
                    file.write(bytes(path.stat().st_size))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink(missing_ok=True)

    def _file(self, key: UUID) -> Path:
        return self._folder / f"{key}{_SUFFIX}"
