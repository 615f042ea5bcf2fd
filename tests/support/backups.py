"""Backups of a service: keys made up on the spot, the commands as an operator runs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner, Result
from pyrage.x25519 import Identity

from service_kit import age
from service_kit.db.backup_cli import backup_commands
from service_kit.db.engine import Database
from service_kit.db.survivors import Survivor, log_survivors


@dataclass
class Vault:
    """Four places: the backup, the keys, the survivor log, and the age keys, which the machine has only in part.

    `processes` are the databases of the running web and worker.
    """

    root: Path
    service: str
    environment: Mapping[str, str]
    processes: Sequence[Database]
    survivors: Sequence[Survivor]
    identity: Identity = field(default_factory=Identity.generate)

    def __post_init__(self) -> None:
        self.log.mkdir(parents=True)
        self.secret_file.write_text(f"# made for a test\n{self.identity}\n")
        self.recipients.write_text(f"{self.identity.to_public()}\n")

    @property
    def backup(self) -> Path:
        return self.root / "backup"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def log(self) -> Path:
        return self.root / "survivors" / self.service

    @property
    def secret_file(self) -> Path:
        return self.root / "identity.txt"

    @property
    def recipients(self) -> Path:
        return self.root / "recipients.txt"

    def log_survivors(self) -> int:
        """What the worker does each second, until nothing waits."""
        recipients, total = age.read_recipients(self.recipients), 0
        while count := log_survivors(self.processes[0], self.survivors, self.log, recipients):
            total += count
        return total

    def run(self, command: str, *arguments: str) -> Result:
        """`setu <service> backup …` or `… restore …`."""
        commands = {one.name: one for one in backup_commands(self.service)}
        return CliRunner().invoke(commands[command], [str(self.backup), *arguments], env=dict(self.environment))

    def back_up(self) -> Result:
        return self.run("backup", *self.places_of_backup)

    def restore(self) -> Result:
        """With every process stopped."""
        self.stop_processes()
        return self.run("restore", *self.places)

    def stop_processes(self) -> None:
        for database in self.processes:
            database.dispose()

    @property
    def places_of_backup(self) -> Sequence[str]:
        return "--recipients", str(self.recipients), "--keys", str(self.keys)

    @property
    def places(self) -> Sequence[str]:
        found = {"identity": self.secret_file, "survivors": self.log.parent, "keys": self.keys}
        return [text for name, path in found.items() for text in (f"--{name}", str(path))]
