"""A database with the kit's tables and a virtual host with the topology, for one benchmark; no benchmark itself."""

import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import pika
import psycopg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, make_url, pool, text

from service_kit.db import provision
from service_kit.db.engine import Database
from service_kit.db.migration_helpers import create_kit_tables
from service_kit.envelope import CONTENT_TYPE, Event
from service_kit.ids import SystemIds
from service_kit.messaging.administration import Management
from service_kit.messaging.rabbitmq import Outgoing, Publisher
from setu_cli.topology import TOPOLOGY

TYPE = "directory.service.changed.v1"
QUEUE = "referral_service.inbox"
_ids = SystemIds()


@dataclass(frozen=True)
class Plumbing:
    """URLs of the database's roles and of the broker's users."""

    web: str
    worker: str
    directory: str
    referral: str
    administrator: str


@contextmanager
def plumbing() -> Iterator[Plumbing]:
    """Made anew on the servers of SETU_TEST_POSTGRES_URL and SETU_TEST_AMQP_URL; removed afterwards."""
    with _database() as (web, worker), _virtual_host() as (directory, referral, administrator):
        yield Plumbing(web, worker, directory, referral, administrator)


def an_event(number: int) -> Event:
    """A snapshot of about 600 bytes, each of a subject of its own."""
    data = {"version": 1, "service_id": f"subject-{number}", "name": "A drop-in centre " * 20, "status": "active"}
    return Event(type=TYPE, subject=f"subject-{number}", data=data, id=_ids.uuid(), time=datetime.now(UTC))


def publish(url: str, exchange: str, events: Sequence[Event]) -> None:
    """Publish events without an outbox."""
    publisher = Publisher(url, content_type=CONTENT_TYPE)
    publisher.publish([Outgoing(str(each.id), exchange, each.type, each.to_bytes()) for each in events])
    publisher.close()


def raw_consume_rate(url: str, queue: str, count: int) -> float:
    """Messages a second that a `BlockingConnection` takes and acknowledges, doing nothing with them."""
    began = time.perf_counter()
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=200)
        for number, (method, _properties, _body) in enumerate(channel.consume(queue), 1):
            channel.basic_ack(method.delivery_tag)
            if number == count:
                break
        return count / (time.perf_counter() - began)


@contextmanager
def in_threads(*loops: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run loops in threads until the block ends."""
    stop = threading.Event()
    threads = [threading.Thread(target=loop, args=(stop,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def until(condition: Callable[[], bool]) -> None:
    """Poll every 5 milliseconds, a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the benchmark did not finish")
        time.sleep(0.005)


def scalar(database: Database, query: str) -> int:
    """One number."""
    with database.transaction() as session:
        return int(session.scalar(text(query)) or 0)


_PASSWORD = secrets.token_hex(12)  # one a run: the roles belong to the server, and two places are open at a time


@contextmanager
def _database() -> Iterator[tuple[str, str]]:
    admin_url = os.environ["SETU_TEST_POSTGRES_URL"]
    name = f"setu_bench_{secrets.token_hex(4)}"
    base = make_url(admin_url).set(drivername="postgresql+psycopg", database=name, password=_PASSWORD)
    url = {role: base.set(username=f"bench_{role}").render_as_string(hide_password=False) for role in provision.ROLES}
    with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
        provision.ensure_roles(admin, "bench", dict.fromkeys(provision.ROLES, _PASSWORD))
        provision.create_database(admin, "bench", name)
    provision.prepare_database(admin_url, "bench", name)
    try:
        with create_engine(url["owner"], poolclass=pool.NullPool).begin() as connection:
            create_kit_tables(Operations(MigrationContext.configure(connection)))
            connection.execute(text("CREATE TABLE read_model (id text PRIMARY KEY, version int, document jsonb)"))
        yield url["web"], url["worker"]
    finally:
        with psycopg.connect(provision.libpq(admin_url), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _virtual_host() -> Iterator[tuple[str, str, str]]:
    amqp = urlsplit(os.environ["SETU_TEST_AMQP_URL"])
    user, _, host = amqp.netloc.rpartition("@")
    beside = f"http://{amqp.hostname}:{(amqp.port or 0) + 1}"
    api = os.environ.get("SETU_TEST_MANAGEMENT_URL") or beside
    management = Management(api.replace("://", f"://{user}@", 1))
    name = f"setu-bench-{secrets.token_hex(4)}"
    passwords = {service: secrets.token_hex(12) for service in TOPOLOGY.services}
    management.load(TOPOLOGY.definitions(passwords, vhost=name, user_prefix=f"{name}."))
    management.grant(str(amqp.username), name)
    try:
        urls = [f"amqp://{name}.{service}:{word}@{host}/{quote(name)}" for service, word in passwords.items()]
        yield urls[0], urls[1], f"amqp://{user}@{host}/{quote(name)}"
    finally:
        management.delete_vhost(name)
        for service in passwords:
            management.delete_user(f"{name}.{service}")
