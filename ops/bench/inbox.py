"""Inbox: a case worker's list of 25 out of 200,000 referrals, eight connections at a time; and asking it again.

Eight clients that ask without a pause wait for each other: an answer takes eight times its processor time, shared by
the web workers. So it runs under as many as an installation has; nothing bare stands beside it that had one.

A hundred providers hold 2,000 open referrals each; the reader sees those of one, through row-level security. What two
hundred open inboxes cost is computed from the processor time of their answers: each page asks for its list every ten
seconds and gets it anew every five minutes; the menu's three numbers, which every page asks for in one answer, are
told apart.
"""

import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.databases import service_database
from bench.figures import Figure, at_most, interleaved, percentile, sized
from bench.web_processes import Request, ask_once, environment, gunicorn, latencies, mint_token, processor_time

COUNT, PROVIDERS = sized(200_000, 2_000), 100
ROUNDS, SECONDS, CONNECTIONS, PORT = 5, sized(30, 2) / 10, 8, 23_071
OPEN_INBOXES, EVERY, ANEW, WORKERS = 200, 10, 300, 2  # pages, seconds, seconds, web workers of a small machine
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
    """Give the medians of the rounds' 99th percentiles, in milliseconds, and what polling costs."""
    with ExitStack() as stack:
        urls = stack.enter_context(service_database("referral"))
        with psycopg.connect(urls["administrator"], autocommit=True) as administrator:
            administrator.execute(_FILL, {"count": COUNT, "providers": PROVIDERS})
            administrator.execute("VACUUM ANALYZE task")
        key = Ed25519PrivateKey.generate()
        token = mint_token(key, READER, "provider", "case_worker")
        inbox = Request("/api/referrals?limit=25", headers={"Authorization": f"Bearer {token}"})
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        settings = environment(urls["web"], key, SETU_WEB_WORKERS=str(WORKERS))
        port = stack.enter_context(gunicorn("referral_service.app:create_app()", PORT, settings, folder))
        if ask_once(port, inbox).read().count(b'"reference"') < min(25, COUNT // PROVIDERS):
            raise RuntimeError("not a full page of the inbox")
        page, count = (Request(path, headers=inbox.headers) for path in ("/inbox", "/counts"))
        p99, p99_page = interleaved(ROUNDS, lambda: _p99(port, inbox), lambda: _p99(port, page))
        yield at_most("inbox of 25 of 200,000, p99", p99, "ms", limit=50)
        yield Figure("the same as a page, p99", p99_page, "ms")
        yield from _asked_again(port, page, count)


def _asked_again(port: int, page: Request, count: Request) -> Iterable[Figure]:
    """Milliseconds of processor time, and what they come to."""
    _begin_a_span()
    loads = [page, count, _held(port, page), _held(port, count)]
    whole_page, whole_count, page_304, count_304 = interleaved(
        1, *(partial(processor_time, port, load, seconds=SECONDS) for load in loads)
    )
    yield Figure("inbox asked again, 304: processor time", page_304, "ms")
    yield Figure("the menu's numbers asked again, 304", count_304, "ms")
    yield at_most("200 open inboxes, of two web workers' time", _share(page_304, whole_page), "%", limit=5)
    yield Figure("their menus' three numbers beside it", _share(count_304, whole_count), "%")


def _share(held: float, whole: float) -> float:
    """Percent of the workers' time, of milliseconds an answer."""
    return OPEN_INBOXES * (held / EVERY + whole / ANEW) / (WORKERS * 1000) * 100


def _held(port: int, request: Request) -> Request:
    tag = ask_once(port, request).headers["ETag"]
    return Request(request.path, headers={**request.headers, "If-None-Match": tag}, status=304)


def _begin_a_span() -> None:
    """Tags hold for five minutes by the clock; none shall end while it is measured."""
    left = ANEW - time.time() % ANEW
    if left < 6 * SECONDS + 5:
        time.sleep(left)


def _p99(port: int, inbox: Request) -> float:
    return percentile(latencies(port, inbox, seconds=SECONDS, clients=CONNECTIONS), 99) * 1000
