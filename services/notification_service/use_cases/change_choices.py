"""Change the own choices: what is sent, when, in which language, and when the reader is away."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from notification_service.domain.absences import check_absence
from notification_service.domain.choices import Choices, kinds_by_channel
from notification_service.store import absences, choices
from service_kit.context import ServiceContext
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.india import day_in_india


def change_choices(
    dependencies: ServiceContext,
    who: Principal,
    chosen: Choices,
    *,
    check: Callable[[int], None] = lambda _version: None,
) -> int:
    """Store what is to be sent to the reader and return the new version; `check` may refuse the present one.

    Of `off` the kinds of the reader's present role count; what was switched off in another role stays so.
    """
    with dependencies.db.transaction(who.scope) as session:
        before, version = choices.find(session, who.account, lock=True)
        check(version)
        here = frozenset((kind, channel) for channel, kinds in kinds_by_channel(who.role).items() for kind in kinds)
        off = (before.off - here) | (chosen.off & here)
        choices.save(session, who.account, Choices(off, chosen.quiet, chosen.language))
    return version + 1


def change_absence(dependencies: ServiceContext, who: Principal, days: tuple[date, date] | None) -> None:
    """Set the days (in India, both included) on which the reader is away in the present role; None ends them.

    A colleague who stood in is asked anew. Raises BadChoice.
    """
    if days is not None:
        check_absence(*days, day_in_india(dependencies.clock.now()))
    with dependencies.db.transaction(who.scope) as session:
        absences.replace_own(session, who, days)


def stand_in(dependencies: ServiceContext, who: Principal, absent: UUID, *, stands_in: bool = True) -> None:
    """Stand in for a colleague of the same role and organisation, or no longer. Raises 404 where nobody is away."""
    now = dependencies.clock.now()
    with dependencies.db.transaction(who.scope) as session:
        if not absences.set_stand_in(session, who, absent, stands_in=stands_in):
            raise NotFound
        action = "absence.taken_up" if stands_in else "absence.given_back"
        audit.record(session, action, ("account", absent), who, now)
