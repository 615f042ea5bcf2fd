"""Inbox: a case worker's list of 25 out of 200,000 referrals, eight connections at a time.

A hundred providers hold 2,000 open referrals each; the reader sees those of one, through row-level security.
"""

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.databases import service_database
from bench.figures import Figure, at_most, interleaved, percentile, sized
from bench.web_processes import Request, ask_once, environment, gunicorn, latencies, mint_token

COUNT, PROVIDERS = sized(200_000, 2_000), 100
ROUNDS, SECONDS, CONNECTIONS, PORT = 5, sized(30, 2) / 10, 8, 23_071
READER = UUID(int=1)
_FILL = """
INSERT INTO task (id, root_id, reference, organization_id, sender_organization, sender_role, setting, district, needs,
                  priority, another_service, status, version, submitted_at, touched_at, clock, due)
SELECT id, id, 'R-' || number, lpad(to_hex(1 + number %% %(providers)s), 32, '0')::uuid, id, 'officer', 'street', 315,
       ARRAY['OST'], 'routine', false, 'requested', 1, at, at, 'acknowledge', at + interval '9 hours'
FROM (SELECT gen_random_uuid() AS id, number, now() - number * interval '1 second' AS at
      FROM generate_series(1, %(count)s) AS number) AS numbered
"""


def measure() -> Iterable[Figure]:
    """Give the median of the rounds' 99th percentiles, in milliseconds."""
    with ExitStack() as stack:
        urls = stack.enter_context(service_database("referral"))
        with psycopg.connect(urls["administrator"], autocommit=True) as administrator:
            administrator.execute(_FILL, {"count": COUNT, "providers": PROVIDERS})
            administrator.execute("VACUUM ANALYZE task")
        key = Ed25519PrivateKey.generate()
        token = mint_token(key, READER, "provider", "case_worker")
        inbox = Request("/api/referrals?limit=25", headers={"Authorization": f"Bearer {token}"})
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = environment(urls["web"], key)
        port = stack.enter_context(gunicorn("referral_service.app:create_app()", PORT, settings, folder))
        if ask_once(port, inbox).read().count(b'"reference"') < min(25, COUNT // PROVIDERS):
            raise RuntimeError("not a full page of the inbox")
        (p99,) = interleaved(ROUNDS, lambda: _p99(port, inbox))
        yield at_most("inbox of 25 of 200,000, p99", p99, "ms", limit=50)


def _p99(port: int, inbox: Request) -> float:
    return percentile(latencies(port, inbox, seconds=SECONDS, clients=CONNECTIONS), 99) * 1000
