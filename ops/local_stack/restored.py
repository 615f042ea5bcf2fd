"""A database that is older than what it told the other services: it was put back, and not by `setu restore`.

Why: nothing else tells. The processes work, and what was answered since is gone from one service alone. Promises: it
reads inbox and outbox of two days, which keep ids for a week or more; what was heard before a `setu restore` of the
sender counts no more, for the dumps of a backup are made one after the other.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

import psycopg

from local_stack.layout import SERVICES
from service_kit.db.provision import libpq

_HEARD = """
SELECT id, handled_at FROM inbox
WHERE state = 'done' AND type LIKE %s AND type NOT LIKE '%%.heartbeat.%%' AND handled_at > now() - interval '2 days'
ORDER BY handled_at DESC LIMIT 500
"""
_RESTORED = "SELECT max(at) FROM audit_entry WHERE action = 'backup.restore'"
_TOLD = "SELECT id FROM outbox WHERE id = ANY (%s)"


def find_older_databases(url_of: Callable[[str], str]) -> Iterator[str]:
    """Say of which service somebody has heard what it does not know itself. `url_of` gives a service's worker URL.

    Says nothing of a service whose database, or whose listener's, is away.
    """
    for sender in SERVICES:
        for listener in (each for each in SERVICES if each != sender):
            try:
                missing = _unknown_to_sender(url_of(sender), url_of(listener), sender)
            except psycopg.Error:
                continue
            if missing:
                yield (
                    f"the database of the {sender} service is older than what it told: {len(missing)} of its events, "
                    f"the first at {min(missing):%Y-%m-%d %H:%M} UTC, are known to the {listener} service alone. "
                    "It was put back without `setu restore` (docs/operations.md, “Backups”)"
                )
                break


def _unknown_to_sender(sender_url: str, listener_url: str, sender: str) -> list[datetime]:
    with psycopg.connect(libpq(listener_url), connect_timeout=5) as listener:
        heard: dict[UUID, datetime] = dict(listener.execute(_HEARD, [f"{sender}.%"]).fetchall())
    with psycopg.connect(libpq(sender_url), connect_timeout=5) as database:
        known = {id_ for (id_,) in database.execute(_TOLD, [list(heard)])}
        ((restored,),) = database.execute(_RESTORED).fetchall()
    return [at for id_, at in heard.items() if id_ not in known and (restored is None or at > restored)]
