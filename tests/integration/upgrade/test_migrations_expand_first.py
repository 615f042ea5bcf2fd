"""Migrations since the last release expand alone: its programs go on working on the newer schema.

What they use is first no longer used, in one release, and goes in the next (docs/operations.md, "Upgrading").
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from service_kit.db import migrate, provision
from support.fresh_databases import FreshDatabases, Urls
from support.upgrade.last_release import Programs, last_release
from support.upgrade.narrowings import narrowings
from support.upgrade.schema_picture import Picture, take_picture

SERVICES = ("directory", "referral", "notification")
ON_CARD = "ON public.card FOR EACH ROW"
OTHER_BY_DAY = (
    "((((to_jsonb(old.*) - 'used_at'::text) IS DISTINCT FROM (to_jsonb(new.*) - 'used_at'::text))"
    " OR (((old.used_at AT TIME ZONE 'Asia/Kolkata'::text))::date"
    " IS DISTINCT FROM ((new.used_at AT TIME ZONE 'Asia/Kolkata'::text))::date)))"
)
JUDGED = {
    "directory": {
        "table removed_listing has a new unique index: "
        "btree (organization_id, resource_type, COALESCE(resource_id, id))": "it leaves resource_id empty",
        **{
            f"table {table} has another policy coordinator_insert, or none": "what it loses is refused from now on:"
            " a coordinator who lets somebody into a provider of others"
            for table in ("invitation", "membership")
        },
        "table invitation has another policy directory_web_insert, or none": "what it loses is refused from now on:"
        " a provider that invites people while it waits to be let in",
        "table focal_point has a new unique index: btree (agreement_id, membership_id) WHERE (ended_at IS NULL)": "what"
        " it refuses is one person as both focal points of a side, which the last release lets happen by mistake alone",
        "table handover has a new unique index: btree (focal_point_id)"
        " WHERE ((taken_at IS NULL) AND (ended_at IS NULL))": "it refuses less than the one before it",
        "table handover has lost a unique index, which ON CONFLICT may need: btree (focal_point_id) WHERE (taken_at IS"
        " NULL)": "no statement of the last release names it",
        **{
            f"table {table} has a new trigger: CREATE TRIGGER {name} BEFORE UPDATE ON public.{table} FOR EACH ROW"
            f" WHEN ({when}) EXECUTE FUNCTION {does}()": "it refuses nothing, and fills a column that the last release"
            " does not know"
            for table, name, when, does in (
                (
                    "agreement",
                    "agreement_was_active",
                    "((old.state = 'active'::text) AND (new.state = 'ended'::text))",
                    "note_was_active",
                ),
                (
                    "organization",
                    "organization_resumed",
                    "((old.status <> 'active'::text) AND (new.status = 'active'::text))",
                    "note_resumed",
                ),
            )
        },
        **{
            words.format(table): "no page and no endpoint of the last release asks for what it loses: other columns"
            " than those by which a visit moves, or a focal point or handover ends, and other states than these lead to"
            for table in ("hosted_visit", "focal_point", "handover")
            for words in (
                "directory_web may no longer UPDATE {}",
                "table {} has another policy directory_web_update, or none",
            )
        },
    },
    "referral": {
        f"column {view}.{column} is gone or has another name": "the last release has read neither view since its 0017"
        for view, columns in (
            ("unmet_by_district", ("month", "district", "answer", "needs")),
            ("unmet_by_need", ("quarter", "need", "answer", "needs")),
        )
        for column in columns
    }
    | {
        f"table {table} has a new trigger: CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {column} ON public.{table}"
        f" FOR EACH ROW WHEN ((new.{column} IS NOT NULL)) EXECUTE FUNCTION {name}()": "it refuses nothing, and rounds"
        " a moment that the last release writes and reads no closer"
        for table, name, column in (
            ("card", "card_tells_no_hour", "used_at"),
            ("card_holder", "arrival_tells_no_day", "arrived_on"),
        )
    } | {
        f"table card has {change}: CREATE TRIGGER {noted} EXECUTE FUNCTION note_survivor('number')": "what the survivor"
        " log is told is the same, but for a row that is written anew as it was"
        for change, noted in (
            ("lost a trigger", f"note_survivor AFTER INSERT OR DELETE OR UPDATE {ON_CARD}"),
            ("a new trigger", f"note_survivor AFTER INSERT OR DELETE {ON_CARD}"),
            ("a new trigger", f"note_survivor_update AFTER UPDATE {ON_CARD} WHEN {OTHER_BY_DAY}"),
        )
    },
    "notification": {
        "table member has a new trigger: CREATE TRIGGER member_note_version AFTER INSERT OR UPDATE OF version"
        " ON public.member FOR EACH ROW EXECUTE FUNCTION member_note_version()": "it refuses nothing, and writes into a"
        " table that the last release does not know",
    },
}  # fmt: skip
"""Narrowings that the last release does not trip over, each with the reason. Begins anew with each release."""
MIGRATE = """
import sys
from service_kit.db import migrate
for service, owner in zip(sys.argv[1::2], sys.argv[2::2]):
    migrate.upgrade(service, owner)
"""
UNREAD = """
import json, sys
sys.path[:0] = ["tests", "tests/integration/kit"]
from test_schemas_of_services import UNREAD
print(json.dumps({service: sorted(columns) for service, columns in UNREAD.items()}))
"""
NARROWED = {
    "ALTER TABLE referral_sent DROP COLUMN setting": ["column referral_sent.setting is gone or has another name"],
    "ALTER TABLE referral_sent RENAME setting TO place": [
        "column referral_sent.place is new and may not be empty",
        "column referral_sent.setting is gone or has another name",
    ],
    "ALTER TABLE referral_sent ALTER district TYPE bigint": [
        "column referral_sent.district is bigint instead of integer"
    ],
    "ALTER TABLE referral_sent ALTER service_id SET NOT NULL": [
        "column referral_sent.service_id may not be empty any more"
    ],
    "ALTER TABLE referral_sent ALTER candidates DROP DEFAULT": [
        "column referral_sent.candidates is no longer filled by the database"
    ],
    "ALTER TABLE referral_sent ADD station text": [],
    "ALTER TABLE referral_sent ADD station text CHECK (station <> '')": [],
    "ALTER TABLE referral_sent ADD CHECK (district > 0)": [
        "table referral_sent has a new rule: CHECK ((district > 0))"
    ],
    "ALTER TABLE referrer_view DROP CONSTRAINT referrer_view_state,"
    " ADD CONSTRAINT referrer_view_state CHECK (state IN ('sent', 'opened'))": [
        "table referrer_view has a new rule: CHECK ((state = ANY (ARRAY['sent'::text, 'opened'::text])))"
    ],
    "CREATE UNIQUE INDEX ON referral_sent (account_id)": [
        "table referral_sent has a new unique index: btree (account_id)"
    ],
    "ALTER TABLE referral_sent DROP CONSTRAINT referral_sent_reference_key": [
        "table referral_sent has lost a unique index, which ON CONFLICT may need: btree (reference)"
    ],
    "REVOKE SELECT ON referral_sent FROM referral_web": ["referral_web may no longer SELECT referral_sent"],
}
"""What a migration might do → how it is told."""


@dataclass(frozen=True)
class Upgraded:
    """A database that the last release made and this one migrated, and both pictures of it."""

    urls: Urls
    before: Picture
    after: Picture
    unread: list[tuple[str, str]]


@pytest.fixture(scope="module")
def programs() -> Programs:
    return last_release().unpack()


@pytest.fixture(scope="module")
def upgraded(fresh_databases: FreshDatabases, programs: Programs) -> Iterator[dict[str, Upgraded]]:
    with empty_databases(fresh_databases) as urls:
        programs.run("-c", MIGRATE, *(word for service in SERVICES for word in (service, urls[service].owner)))
        unread = json.loads(programs.run("-c", UNREAD))
        before = {service: picture_of(urls[service]) for service in SERVICES}
        for service in SERVICES:
            migrate.upgrade(service, urls[service].owner)
        yield {
            service: Upgraded(
                urls[service], before[service], picture_of(urls[service]),
                [(table, column) for table, column in unread[service]],
            )
            for service in SERVICES
        }  # fmt: skip


@contextmanager
def empty_databases(fresh_databases: FreshDatabases) -> Iterator[dict[str, Urls]]:
    """A database without a table for each service, with its roles."""
    name, superuser, made = f"setu_upgrade_{uuid.uuid4().hex[:12]}", fresh_databases.superuser_url, {}
    with psycopg.connect(provision.libpq(superuser), autocommit=True) as admin:
        try:
            for service in SERVICES:
                with fresh_databases.clone(service) as known:  # makes the roles
                    urls = {role: at(url, f"{name}_{service}") for role, url in vars(known).items()}
                provision.create_database(admin, service, f"{name}_{service}")
                provision.prepare_database(superuser, service, f"{name}_{service}")
                made[service] = Urls(**urls)
            yield made
        finally:
            for service in SERVICES:
                admin.execute(f'DROP DATABASE IF EXISTS "{name}_{service}" WITH (FORCE)'.encode())


def picture_of(urls: Urls) -> Picture:
    with psycopg.connect(urls.superuser) as database:
        return take_picture(database)


def at(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_since_the_last_release_take_nothing_away_from_its_programs(
    upgraded: dict[str, Upgraded], service: str
) -> None:
    one = upgraded[service]
    found = narrowings(one.before, one.after, unread=one.unread)
    assert found == sorted(JUDGED[service]), (
        "The last release trips over this while both are at work. Expand first, contract in a later release: "
        'docs/operations.md, "Upgrading".'
    )


@pytest.mark.parametrize("statement", NARROWED)
def test_what_a_migration_takes_away_is_said_in_plain_words(upgraded: dict[str, Upgraded], statement: str) -> None:
    one = upgraded["referral"]
    with psycopg.connect(one.urls.superuser) as database:
        database.execute(statement.encode())
        found = narrowings(one.after, take_picture(database))
        database.rollback()
    assert found == NARROWED[statement]


def test_released_migrations_stay_as_they_were(programs: Programs) -> None:
    changed = [
        script.name
        for service in SERVICES
        for script in (migrate.migrations_folder(service) / "versions").glob("*.py")
        if (released := programs.folder / "services" / script.relative_to(services())).exists()
        and released.read_bytes() != script.read_bytes()
    ]
    assert changed == []
    assert released_scripts(programs) <= {
        str(path.relative_to(services())) for path in services().rglob("versions/*.py")
    }


def services() -> Path:
    return migrate.migrations_folder("directory").parents[1]


def released_scripts(programs: Programs) -> set[str]:
    folder = programs.folder / "services"
    return {str(path.relative_to(folder)) for path in folder.rglob("versions/*.py")}
