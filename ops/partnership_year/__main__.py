"""Plays a year of a state's partnerships into a new database, and shows its pages: `python -m partnership_year`.

    python -m local_stack.test_servers -- python -m partnership_year --serve 8101

Why: to see every page of meetings, training, the state and its brief as they look after a year, and to compare their
counts with what was played. It goes through public doors alone: commands, forms, JSON, the figures' event; the clock
is moved from today a year ahead. Not for a directory that is in use: everybody in it is invented.
"""

import logging
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from werkzeug.serving import make_server

from bench.databases import service_database
from directory_service import settings as configuration
from directory_service.app import create_app
from local_stack.secret_values import make
from partnership_year.doors import PASSWORD, Doors
from partnership_year.shape import BODY, POLICE, PROVIDER, Shape
from partnership_year.year import STATE_COORDINATOR, PartnershipYear
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database


def environment_of(urls: dict[str, str], folder: Path, port: int) -> dict[str, str]:
    """The settings of the directory's processes; `urls` of its database by role."""
    made, here = make(), f"http://127.0.0.1:{port}"
    return {
        "SETU_DATABASE_URL": urls["web"],
        "SETU_MAC_KEY": made["DIRECTORY_MAC_KEY"],
        "SETU_KEK": made["DIRECTORY_KEK"],
        "SETU_SESSION_PRIVATE_KEY": made["SESSION_PRIVATE_KEY"],
        "SETU_SESSION_PUBLIC_KEYS": made["SESSION_PUBLIC_KEYS"],
        "SETU_MEMBER_BOX_PUBLIC_KEY": made["MEMBER_BOX_PUBLIC_KEY"],
        "SETU_COOKIE_SECURE": "false",
        "SETU_INDEX_DIR": str(folder / "index"),
        **{f"SETU_{name}_URL": here for name in ("DIRECTORY", "REFERRAL", "NOTIFICATION")},
    }


@click.command()
@click.option("--districts", type=click.IntRange(1, 12), default=12, show_default=True)
@click.option("--units", type=click.IntRange(2), default=40, show_default=True, help="Police units and prisons.")
@click.option("--providers", type=click.IntRange(1), default=25, show_default=True)
@click.option("--months", type=click.IntRange(1, 24), default=12, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--serve", type=int, help="Show the pages on this port of loopback until Ctrl-C.")
def main(districts: int, units: int, providers: int, months: int, seed: int, serve: int | None) -> None:
    """Play, tell what was played, and show it."""
    logging.disable(logging.INFO)
    shape, begun = Shape.of(districts, units, providers, seed), time.monotonic()
    with service_database("directory") as urls, tempfile.TemporaryDirectory() as name:
        environment = environment_of(dict(urls), Path(name), serve or 8101)
        settings, clock = configuration.load_web(environment), FrozenClock(datetime.now(UTC))
        web, worker = Database(urls["web"], pool_size=8), Database(urls["worker"])
        app = create_app(settings, clock=clock, db=web)
        doors = Doors(app, environment | {"SETU_DATABASE_URL": urls["worker"]})
        year = PartnershipYear(doors, worker, clock, shape, Path(name), seed, tell=click.echo)
        year.play(months)
        click.echo(f"{months} months of {districts} districts, {units} units, {providers} providers: ", nl=False)
        click.echo(f"{year.journal.summary()}; {time.monotonic() - begun:.0f} s")
        if serve:
            _show(year, serve)
        for database in (web, worker):
            database.dispose()


def _show(year: PartnershipYear, port: int) -> None:
    first = year.shape.districts[0]
    heads = {
        "the state's coordinator": STATE_COORDINATOR,
        "a district's coordinator": year.shape.person(year.shape.in_district(first, BODY)[0], "coordinator").user,
        "a provider's manager": year.shape.person(year.shape.in_district(first, PROVIDER)[0], "provider_manager").user,
        "a unit's supervisor": year.shape.person(year.shape.in_district(first, POLICE)[0], "unit_supervisor").user,
    }
    click.echo(f"http://127.0.0.1:{port}/sign-in, password “{PASSWORD}”, on {year.clock.now():%Y-%m-%d}:")
    for title, user in heads.items():
        click.echo(f"  {title:<26} {year.doors.users[user]}")
    server = make_server("127.0.0.1", port, year.doors.app, threaded=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
