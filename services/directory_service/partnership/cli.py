"""`setu directory sample-partnership`: two months of the sample's first district.

It runs with the worker's settings in the environment, after `setu directory sample`.
"""

from uuid import UUID

import click

from directory_service import settings as configuration
from directory_service.partnership.use_cases.sample_partnership import SampleCast, sample_partnership
from service_kit.clock import SystemClock
from service_kit.db.command_database import command_database
from service_kit.ids import SystemIds


@click.command("sample-partnership")
@click.option("--unit", "units", type=click.UUID, multiple=True, required=True, help="Id of a unit; give two.")
@click.option("--prison", type=click.UUID, required=True, help="Id of the prison.")
@click.option("--provider", "providers", type=click.UUID, multiple=True, required=True, help="Id of one; give two.")
def sample_command(units: tuple[UUID, ...], prison: UUID, providers: tuple[UUID, ...]) -> None:
    """Write two months of a sample district: agreements, meetings, training, the board. Twice changes nothing."""
    if len(units) < 2 or len(providers) < 2:
        raise click.UsageError("Give two units and two providers.")
    db, now = command_database(configuration.load().database_url), SystemClock().now()
    with db.transaction() as session:
        is_new = sample_partnership(session, SampleCast(units, prison, providers), now, ids=SystemIds())
    click.echo("two months of a district" if is_new else "nothing: the district has agreements already")


COMMANDS = (sample_command,)
