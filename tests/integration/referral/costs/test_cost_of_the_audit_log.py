"""What a page of the audit log reads of a long log: the entries that it shows, and no more."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from service_kit.db.audit_reading import ACTS, LOOKS, REFUSALS, Filters, list_entries
from service_kit.db.engine import Database
from setu.india import INDIA
from support.kit.database_roles import analyze, web_database
from support.referral import DATA_OFFICER, JIBAN, SAHAYA, WORKER, ReferralService

_MANY = """
INSERT INTO audit_entry (at, action, actor, organization, object_type, object_id, outcome)
SELECT now() - number * interval '1 minute',
       CASE WHEN number % 200 = 0 THEN 'referral.identity.read' ELSE 'referral.accept' END,
       CASE WHEN number % 100 = 0 THEN CAST(:account AS uuid) ELSE gen_random_uuid() END,
       CAST(CASE WHEN number % 250 = 0 THEN :organization ELSE :others END AS uuid),
       'referral', CASE WHEN number % 350 = 0 THEN CAST(:object AS text) ELSE gen_random_uuid()::text END,
       CASE WHEN number % 199 = 0 THEN 'denied' ELSE 'done' END
FROM generate_series(1, 20000) AS number
"""
_READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'audit_entry'"
LIMIT = 25
OBJECT = UUID(int=77)
DAYS_AGO = "SELECT (now() - interval '12 days')::date"


@pytest.fixture
def web(setu: ReferralService) -> Iterator[Database]:
    """A log of a fortnight with 20,000 entries, of which few fit any filter."""
    given = {"account": WORKER.account, "organization": SAHAYA, "others": JIBAN, "object": OBJECT}
    with setu.worker_db.transaction() as session:
        session.execute(text(_MANY), given)
    analyze(setu, "audit_entry")
    with web_database(setu) as db:
        yield db


def test_a_page_reads_what_it_shows_whatever_is_asked_for(web: Database) -> None:
    with web.transaction(DATA_OFFICER.scope) as session:
        long_ago = session.scalar(text(DAYS_AGO))
    asked = {
        "all": Filters(),
        "days": Filters(to_day=long_ago),
        "looks": Filters(kind=LOOKS),
        "refusals": Filters(kind=REFUSALS),
        "acts": Filters(kind=ACTS),
        "account": Filters(account=WORKER.account),
        "organization": Filters(organization=SAHAYA),
        "object": Filters(object_id=str(OBJECT)),
    }
    for name, wanted in asked.items():
        with web.transaction(DATA_OFFICER.scope) as session:
            before = session.scalar(text(_READ))
            page = list_entries(session, wanted, zone=INDIA, limit=LIMIT, after=None)
            second = list_entries(session, wanted, zone=INDIA, limit=LIMIT, after=page.next)
            read = session.scalar(text(_READ)) - before

        assert (len(page.items), len(second.items)) == (LIMIT, LIMIT), name
        assert page.items[-1].at > second.items[0].at, name
        assert read <= 4 * LIMIT, (name, read)
