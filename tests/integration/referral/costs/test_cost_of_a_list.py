"""What a list reads of a provider that holds hundreds: its first rows, and no more."""

import pytest
from sqlalchemy import text

from referral_service.domain.worklist import Order, Part, WorklistQuery
from referral_service.store.tasks import list_task_rows
from referral_service.store.worklist import list_worklist_rows
from service_kit.db.engine import Database
from support.referral import WORKER, ReferralService

_MANY = """
INSERT INTO task (id, root_id, reference, organization_id, sender_organization, sender_role, setting, district, needs,
                  priority, another_service, status, version, submitted_at, touched_at, clock, due)
SELECT id, id, 'R-' || number, CASE WHEN number % 20 = 0 THEN :holder ELSE id END, id, 'officer', 'street', 315,
       ARRAY['OST'], 'routine', false, 'requested', 1, at, at, 'acknowledge', at + interval '9 hours'
FROM (SELECT gen_random_uuid() AS id, number, now() - number * interval '1 second' AS at
      FROM generate_series(1, 10000) AS number) AS numbered
"""
_READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'task'"
LIMIT = 25


@pytest.fixture
def web(setu: ReferralService) -> Database:
    """A provider that holds 500 open referrals of a district's 10,000."""
    with setu.worker_db.transaction() as session:
        session.execute(text(_MANY), {"holder": WORKER.organization})
    with Database(setu.urls.superuser, pool_size=1).transaction() as session:
        session.execute(text("ANALYZE task"))
    return Database(setu.urls.web, pool_size=1)


def test_the_first_rows_of_hundreds_come_from_an_index(web: Database, setu: ReferralService) -> None:
    with web.transaction(WORKER.scope) as session:
        rows = list_task_rows(session, WORKER, now=setu.clock.now(), states=(), after=None, limit=LIMIT)
        assert len(rows) == LIMIT
        assert session.scalar(text(_READ)) <= 2 * LIMIT


def test_so_do_those_of_the_worklist(web: Database, setu: ReferralService) -> None:
    query = WorklistQuery(part=Part.WAITING, order=Order.DUE, limit=LIMIT)
    with web.transaction(WORKER.scope) as session:
        rows = list_worklist_rows(session, WORKER, query, setu.clock.now())
        assert [row.due for row in rows] == sorted(row.due for row in rows)
        assert session.scalar(text(_READ)) <= 2 * LIMIT
