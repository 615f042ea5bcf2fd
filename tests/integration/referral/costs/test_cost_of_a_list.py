"""What a list reads of a provider that holds hundreds, or an officer who sent as many: its first rows, and no more."""

import pytest
from sqlalchemy import text

from referral_service.domain.worklist import Order, Part, WorklistQuery
from referral_service.store.sent import list_sent_rows
from referral_service.store.tasks import list_task_rows
from referral_service.store.worklist import list_worklist_rows
from service_kit.db.engine import Database
from support.referral import OFFICER, WORKER, ReferralService

_MANY = """
INSERT INTO task (id, root_id, reference, organization_id, sender_organization, sender_role, setting, district, needs,
                  priority, another_service, status, version, submitted_at, touched_at, clock, due)
SELECT id, id, 'R-' || number, CASE WHEN number % 20 = 0 THEN :holder ELSE id END, id, 'officer', 'street', 315,
       ARRAY['OST'], 'routine', false, 'requested', 1, at, at, 'acknowledge', at + interval '9 hours'
FROM (SELECT gen_random_uuid() AS id, number, now() - number * interval '1 second' AS at
      FROM generate_series(1, 10000) AS number) AS numbered
"""
_MANY_SENT = """
WITH numbered AS (
    SELECT gen_random_uuid() AS id, number, now() - number * interval '1 second' AS at,
           CASE WHEN number % 10 = 0 THEN CAST(:account AS uuid) ELSE gen_random_uuid() END AS account_id
    FROM generate_series(1, 10000) AS number
), sent AS (
    INSERT INTO referral_sent (id, reference, account_id, organization_id, submitted_at, setting, district, needs,
                               priority, another_service)
    SELECT id, 'R-' || number, account_id, :unit, at, 'street', 315, ARRAY['OST'], 'routine', false FROM numbered
)
INSERT INTO referrer_view (id, account_id, organization_id, state, version, changed_at)
SELECT id, account_id, :unit, 'sent', 1, at FROM numbered
"""
_READ_OF_VIEWS = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'referrer_view'"
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


def test_a_page_of_what_was_sent_joins_the_views_of_one_page(setu: ReferralService) -> None:
    with setu.worker_db.transaction() as session:
        session.execute(text(_MANY_SENT), {"account": OFFICER.account, "unit": OFFICER.organization})
    with Database(setu.urls.superuser, pool_size=1).transaction() as session:
        session.execute(text("ANALYZE referral_sent, referrer_view"))

    with Database(setu.urls.web, pool_size=1).transaction(OFFICER.scope) as session:
        rows, last = list_sent_rows(session, OFFICER, now=setu.clock.now(), states=(), after=None, limit=LIMIT)
        assert (len(rows), last) == (LIMIT, (rows[-1].submitted_at, rows[-1].id))
        assert session.scalar(text(_READ_OF_VIEWS)) <= 2 * LIMIT
