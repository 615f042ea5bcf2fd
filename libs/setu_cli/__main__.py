"""The console script `setu`, also `python -m setu_cli`."""

from service_kit.cli import command_line, run
from setu_cli.backup import backup, restore
from setu_cli.topology import TOPOLOGY

setu = command_line("setu", "Setu: from a police station, a court or a prison to a health service.", TOPOLOGY)
setu.add_command(backup)
setu.add_command(restore)


def main() -> None:
    """Run the command that was typed."""
    run(setu)


if __name__ == "__main__":
    main()
