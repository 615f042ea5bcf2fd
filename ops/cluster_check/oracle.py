"""Oracle: compares what is there at the end with the clients' journal, which holds only what a 2xx said."""

import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urljoin

from cluster_check.cluster import Cluster
from local_stack.journal_clients import Clients
from local_stack.journey import OFFICER_SEES, Broken
from local_stack.layout import SERVICES

DRAINED_S = 180.0


@dataclass(frozen=True)
class Verdict:
    """Counts of what may not be."""

    lost: int
    doubled: int
    out_of_order: int
    beyond_the_wall: int

    @property
    def is_clean(self) -> bool:
        """Whether all of them are 0."""
        return not (self.lost or self.doubled or self.out_of_order or self.beyond_the_wall)

    def __str__(self) -> str:
        return (
            f"{self.lost} lost, {self.doubled} doubled, {self.out_of_order} out of order,"
            f" {self.beyond_the_wall} answers beyond the wall"
        )


def referrals_of_the_officer(clients: Clients) -> Counter[str]:
    """Every page of the officer's list: ids, and how often each is in it."""
    found: Counter[str] = Counter()
    url: str | None = f"{clients.url}?limit=100"
    while url:
        page = clients.people["officer"].insist("GET", url)[0].json()
        found.update(item["id"] for item in page["items"])
        url = page["next"] and urljoin(clients.url, page["next"])
    return found


def compare(cluster: Cluster, clients: Clients, before: Counter[str]) -> Verdict:
    """Judge once everything has come through. `before`: the officer's list before the clients began. Raises Broken."""
    _wait_until_all_has_come_through(cluster)
    listed = referrals_of_the_officer(clients)
    listed.subtract(before)
    known = {sent.id for sent in clients.journal}
    unlike = beyond = 0
    for sent in clients.journal:
        shown = clients.people["officer"].insist("GET", f"{clients.url}/{sent.id}")[0].json()
        unlike += shown.get("state") != sent.view
        beyond += not shown.keys() <= OFFICER_SEES
    notices = _notices(cluster)
    return Verdict(
        lost=sum(listed[each] < 1 or (each, "new") not in notices for each in known) + unlike,
        doubled=sum(count > (each in known) for each, count in listed.items()) + sum(n > 1 for n in notices.values()),
        out_of_order=_events_out_of_order(cluster),
        beyond_the_wall=beyond,
    )


def _events_out_of_order(cluster: Cluster) -> int:
    """How often an event about a referral was taken in before one that was recorded earlier about the same."""
    taken_in = {
        row[0]: place for place, row in enumerate(cluster.rows("notification", _IN_ORDER.format("inbox", "id")))
    }
    last: dict[str, int] = {}
    wrong = 0
    for event, subject in cluster.rows("referral", _IN_ORDER.format("outbox", "id, subject")):
        if (place := taken_in.get(event)) is not None:
            wrong += place < last.get(subject, place)
            last[subject] = place
    return wrong


_IN_ORDER = "SELECT {1} FROM {0} ORDER BY position"


def _notices(cluster: Cluster) -> Counter[tuple[str, str]]:
    """(referral, kind) of every notice → the most that one account has of it."""
    grouped = "SELECT referral_id, kind, count(*) FROM notice WHERE referral_id IS NOT NULL GROUP BY 1, 2, account_id"
    found: Counter[tuple[str, str]] = Counter()
    for referral, kind, count in cluster.rows("notification", grouped):
        found[referral, kind] = max(found[referral, kind], int(count))
    return found


def _wait_until_all_has_come_through(cluster: Cluster) -> None:
    end = time.monotonic() + DRAINED_S
    while left := _left(cluster):
        if time.monotonic() > end:
            raise Broken(f"something hangs: {left}")
        time.sleep(1)


def _left(cluster: Cluster) -> dict[str, int]:
    """What waits to go out or to be taken in, by service; parked events wait for ever."""
    waiting = (
        "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL)"
        " + (SELECT count(*) FROM inbox WHERE state <> 'done')"
    )
    counts = {service: cluster.number(service, waiting) for service in SERVICES}
    return {service: count for service, count in counts.items() if count}
