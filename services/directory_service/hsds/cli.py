"""`setu directory conformance`: check any HSDS API against the standard."""

from collections import Counter

import click

from directory_service.hsds.outside.hsds_api import HsdsApi, NotAnAddress
from directory_service.hsds.use_cases.check_conformance import CheckOutcome, Sample, check_conformance


@click.command("conformance")
@click.argument("url")
@click.option("--items", default=25, show_default=True, type=click.IntRange(1), help="Items of a long list to fetch.")
@click.option("--all-reasons", is_flag=True, help="Show every reason, not the first three of each check.")
def conformance_command(url: str, items: int, all_reasons: bool) -> None:
    """Check any HSDS 3 API (its base address) against the standard. Exit code 1 where a check fails."""
    try:
        api = HsdsApi(url)
    except NotAnAddress as error:
        raise click.ClickException(str(error)) from error
    counts: Counter[str] = Counter()
    for finding in check_conformance(api.get, Sample(items), api.post):
        counts[finding.outcome] += 1
        click.echo(f"{finding.outcome:7} {finding.path:22} {finding.check}")
        for reason in finding.reasons if all_reasons else finding.reasons[:3]:
            click.echo(f"{'':8}- {reason}")
    click.echo(", ".join(f"{counts[outcome]} {outcome}" for outcome in CheckOutcome))
    if counts[CheckOutcome.FAILED]:
        raise SystemExit(1)


COMMANDS = (conformance_command,)
