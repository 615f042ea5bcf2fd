"""Kind of an installation: whether a database is a trial's, as the first worker that used it noted.

Why: a trial holds made-up people, and what is due to them would leave for real addresses once the same database is run
in earnest; real people would stand in a trial whose pages say that nobody is. Promises: a worker of the other kind ends
before it does anything. A database that no worker has used is of either kind. When not to use it: to ask whether this
process is of a trial; that is its setting.
"""

from collections.abc import Callable

from sqlalchemy import exists, literal, select
from sqlalchemy.dialects.postgresql import insert

from service_kit.db.engine import Database
from service_kit.db.tables import installation

_OTHER = {
    True: "This database belongs to a trial (SETU_TRIAL=yes): start with it, or with empty databases.",
    False: "This database is in use and no trial's: start without SETU_TRIAL, or with empty databases.",
}


def require_trial_flag(db: Database, *, is_trial: bool) -> Callable[[], None]:
    """Return what notes the kind where none is noted yet, and raises SystemExit, in words, where it is the other."""

    def require() -> None:
        with db.transaction() as session:
            none_yet = select(literal(is_trial)).where(~exists(select(installation.c.is_trial)))
            first = insert(installation).from_select(["is_trial"], none_yet)
            session.execute(first.on_conflict_do_nothing())  # two workers may start at once
            noted = bool(session.scalars(select(installation.c.is_trial)).one())
        if noted != is_trial:
            raise SystemExit(_OTHER[noted])

    return require
