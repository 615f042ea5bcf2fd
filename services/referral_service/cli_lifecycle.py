"""Command `setu referral lifecycle`: the life cycle's page of the docs, a diagram and a table made from `TRANSITIONS`.

Why: a picture drawn by hand is wrong after the next row. A test compares it with `docs/lifecycle.md`. When not to use
it: to decide anything (`domain/lifecycle.py`).
"""

from collections.abc import Iterator

import click

from referral_service.domain.status import ENDED, Status
from referral_service.domain.transitions import TRANSITIONS, Transition

_HEAD = """# Life cycle of a referral

Made from `services/referral_service/domain/transitions.py` by `setu referral lifecycle`; a test keeps it so. Statuses are those of a FHIR R4 `Task`.
"""  # noqa: E501 - Markdown paragraphs are one line
_COLUMNS = "| Event | From → to | Who | Body | Only if | Referrer's view | Clock | On a ghost |\n| --- | --- | --- | --- | --- | --- | --- | --- |"  # noqa: E501 # a row of a Markdown table is one line


def add_to(group: click.Group) -> None:
    """Mounts `lifecycle` under the service's commands."""
    group.add_command(lifecycle)


@click.command()
def lifecycle() -> None:
    """Print the life cycle's page of the docs (docs/lifecycle.md)."""
    click.echo(page(), nl=False)


def page() -> str:
    """The whole page, ending in a newline."""
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", *_arrows(), "```"])
    return "\n".join([_HEAD, diagram, "", _COLUMNS, *map(_line, TRANSITIONS), ""])


def _arrows() -> Iterator[str]:
    yield f"    [*] --> {Status.REQUESTED}: submit"
    for row in TRANSITIONS:
        if row.target is not None and row.sources and not row.hides:
            for source in sorted(row.sources):
                yield f"    {_name(source)} --> {_name(row.target)}: {row.event}"
    for status in sorted(ENDED):
        yield f"    {_name(status)} --> [*]"


def _name(status: Status) -> str:
    return status.replace("-", "_")


def _line(row: Transition) -> str:
    sources = "any" if row.sources == frozenset(Status) else ", ".join(sorted(row.sources)) or "–"
    cells = (
        f"`{row.event}`",
        f"{sources} → {row.target or 'stays'}",
        ", ".join(sorted(row.who)),
        "; ".join(_field(field.name, field.codes) for field in row.body) or "–",
        ", ".join(guard.replace("_", " ") for guard in row.guards) or "–",
        row.view or "–",
        "–" if row.clock is None else row.clock,
        "yes" if row.on_ghost else "no",
    )
    return f"| {' | '.join(cells)} |"


def _field(name: str, codes: tuple[str, ...]) -> str:
    return f"`{name}` {' · '.join(codes)}" if codes else f"`{name}`"
