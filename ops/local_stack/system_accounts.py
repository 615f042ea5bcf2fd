"""The operating system's account that a server runs as.

Why: PostgreSQL refuses to run as root, and a broker has no need to; as root the servers therefore run as the users that
their packages made. As an ordinary user everything runs as that user.
"""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class NoSuchAccount(Exception):
    """The package's user is missing: the package is not installed, or not by the system's own package manager."""


@dataclass(frozen=True)
class Account:
    """A user and group by number; `root_drops_to` is the only maker."""

    uid: int
    gid: int

    def as_popen_arguments(self) -> dict[str, Any]:
        """Give the arguments that make `subprocess` run as this account, without root's other groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make the folder and everything in it this account's."""
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, self.uid, self.gid)


def root_drops_to(name: str) -> Account | None:
    """Give the account `name` when we are root, None (stay who we are) otherwise. Raises NoSuchAccount."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        raise NoSuchAccount(
            f"As root the server runs as the user “{name}”, which this machine does not have."
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def private_folder(folder: Path, account: Account | None) -> Path:
    """Make `folder` readable for its account alone (0700) and give it back."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account:
        shutil.chown(folder, account.uid, account.gid)
    return folder
