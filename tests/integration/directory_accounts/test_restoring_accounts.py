"""A restored directory: whatever was ended stays ended, and readers of its change feed begin anew."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from conftest import Keys, environment_of
from directory_service.accounts.store.survivors import SURVIVORS
from directory_service.accounts.store.tables import Account
from directory_service.survivors import SURVIVORS as ALL_SURVIVORS
from service_kit.db.survivors import note_forgotten
from support.accounts import ORIGIN, House, Person, a_house
from support.backups import Vault
from support.fresh_databases import FreshDatabases, Urls

ENDED = "SELECT bool_and(ended_at IS NOT NULL) FROM {} WHERE account_id = :who"
ONE = {"printed_code": "account_id = :who"} | dict.fromkeys(
    ("invitation", "reset", "calendar_feed", "api_key"), "id = :id"
)
MADE = (
    (
        "INSERT INTO printed_code (factor_id, digest, account_id)"
        " SELECT id, decode('00ff5c', 'hex'), account_id FROM second_factor WHERE account_id = :who"
    ),
    (
        "INSERT INTO invitation (id, organization_id, role, districts, user_name, account_id, sent_at, ends_at)"
        " VALUES (:id, :trust, :role, '{315}', 'somebody', :who, now(), now() + interval '7 days')"
    ),
    (
        "INSERT INTO reset (id, account_id, what, asked_by, asked_at, expires_at)"
        " VALUES (:id, :who, 'password', :other, now(), now() + interval '7 days')"
    ),
    (
        "INSERT INTO calendar_feed (id, membership_id, account_id, organization_id, role, digest, made_at)"
        " SELECT :id, id, account_id, organization_id, role, 'x', now() FROM membership WHERE account_id = :who"
    ),
    (
        "INSERT INTO api_key (id, organization_id, name, beginning, digest, scopes, created_at)"
        " VALUES (:id, :trust, 'website', 'abc', decode('00ff', 'hex'), '{listings:read}', now())"
    ),
)
CHANGED = {
    "printed_code": "used_at = now()",
    "invitation": "withdrawn_at = now()",
    "reset": "decided_at = now(), decided_by = gen_random_uuid(), decision = 'refused'",
    "calendar_feed": "ended_at = now()",
    "api_key": "ended_at = now()",
}
Story = Iterator[None]
"""What somebody has before a backup, up to the first `yield`; does after it, up to the second; and finds restored."""


@contextmanager
def a_vault(
    environment: Callable[[Urls, str], dict[str, str]], urls: Urls, folder: Path
) -> Iterator[tuple[House, Vault]]:
    house = a_house(environment(urls, "web") | {"SETU_TEST_WORKER_URL": urls.worker})
    own = environment(urls, "worker") | {"SETU_DATABASE_OWNER_URL": urls.owner}
    yield house, Vault(folder / "vault", "directory", own, (house.worker, house.web), SURVIVORS)
    house.web.dispose()
    house.worker.dispose()


@pytest.fixture
def vault_of(fresh_database: Callable, keys: Keys, tmp_path: Path) -> Iterator[tuple[House, Vault]]:
    with a_vault(partial(environment_of, keys, tmp_path), fresh_database("directory"), tmp_path) as made:
        yield made


def test_a_backup_that_is_older_than_the_log_brings_nobody_back(vault_of: tuple[House, Vault]) -> None:
    house, vault = vault_of
    assert vault.back_up().exit_code == 0
    manifest = vault.backup / "directory.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(told | {"taken_at": (datetime.now(UTC) - timedelta(days=31)).isoformat()}))
    newcomer = house.person("case_worker", house.organization("provider"))

    refused = vault.restore()

    assert (refused.exit_code, "This backup is older than 31 days" in refused.output) == (1, True)
    assert house.sign_in(newcomer).status_code == 201


def what_is_used_decided_or_taken_back_stays_so(house: House) -> Story:
    trust = house.organization("provider")
    worker = house.person("case_worker", trust)
    known = {"who": worker.account, "trust": trust, "id": uuid4(), "role": "case_worker", "other": uuid4()}

    def rows() -> list[object]:
        with house.worker.transaction() as session:
            asked = [text(f"SELECT * FROM {table} WHERE {one}") for table, one in ONE.items()]  # noqa: S608 # our own
            return [session.execute(each, known).one() for each in asked]

    with house.worker.transaction() as session:
        for made in MADE:
            session.execute(text(made), known)
    yield
    with house.worker.transaction() as session:
        for table, change in CHANGED.items():
            session.execute(text(f"UPDATE {table} SET {change} WHERE {ONE[table]}"), known)  # noqa: S608 # our own
    was = rows()
    yield
    assert rows() == was


def sessions_memberships_and_factors_that_ended_stay_ended(house: House) -> Story:
    trust = house.organization("provider")
    worker, leaver = house.person("case_worker", trust), house.person("case_worker", trust)
    token = house.bearer(worker)
    with house.worker.transaction() as session:
        feed = session.scalar(text("SELECT id FROM change_feed"))
    yield
    assert house.client().delete("/api/session", headers=token).status_code == 204
    changed = "UPDATE {} SET ended_at = now() WHERE account_id = :who"
    with house.worker.transaction() as session:
        for table in ("membership", "second_factor"):
            session.execute(text(changed.format(table)), {"who": leaver.account})
        session.execute(text("UPDATE account SET password_hash = 'new' WHERE id = :who"), {"who": leaver.account})
    newcomer = house.person("case_worker", trust)
    yield
    with house.worker.transaction() as session:
        asked = {"who": leaver.account}
        ended = [session.scalar(text(ENDED.format(table)), asked) for table in ("membership", "second_factor")]
        assert ended == [True, True]
        assert session.scalar(text("SELECT password_hash FROM account WHERE id = :who"), asked) == "new"
        assert session.scalar(text("SELECT count(*) FROM account WHERE id = :who"), {"who": newcomer.account}) == 0
        assert session.scalar(text("SELECT id FROM change_feed")) != feed
        assert session.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'backup.restore'")) == 1
    assert house.client().delete("/api/session", headers=token).status_code == 401
    assert house.sign_in(worker).status_code == 201


def contacts(house: House, person: Person) -> tuple[str | None, str | None]:
    with house.worker.transaction() as session:
        query = text("SELECT phone, mail FROM account WHERE id = :who")
        return tuple(session.execute(query, {"who": person.account}).one())


def an_address_that_its_owner_took_out_does_not_come_back(house: House, kept: str = "") -> Story:
    changed, other = (house.person("provider_manager", house.organization("provider")) for _ in range(2))
    (_, before), had = contacts(house, changed), contacts(house, other)
    assert before
    yield
    browser, same = house.browser(changed), house.browser(other)
    assert "type it anew" not in browser.get("/account").text
    for client, person, mail in ((browser, changed, kept), (same, other, had[1])):
        form = {"phone": "", "mail": mail, "contacts_password": person.password}
        assert client.post("/account/contacts", data=form, headers=ORIGIN).status_code == 303
    yield
    assert (contacts(house, changed), contacts(house, other)) == ((None, None), had)
    assert house.sign_in(Person(changed.account, before, changed.password)).status_code == 401
    owner = house.browser(changed)
    assert "type it anew" in owner.get("/account").text
    assert "type it anew" not in house.browser(other).get("/account").text
    form = {"phone": "", "mail": "", "contacts_password": changed.password}
    assert owner.post("/account/contacts", data=form, headers=ORIGIN).status_code == 303
    assert "type it anew" not in owner.get("/account").text


def an_address_that_its_owner_replaced_does_not_come_back(house: House) -> Story:
    return an_address_that_its_owner_took_out_does_not_come_back(house, "new.address@example.org")


def postings_are_counted_anew_by_what_is_restored(house: House) -> Story:
    unit, court = house.organization("police_unit"), house.organization("court")
    officer = house.person("officer", unit)
    house.second_role(officer, "officer", court)
    yield
    house.end_membership(officer, unit)
    yield
    with house.worker.transaction() as session:
        account = session.get_one(Account, officer.account)
        assert (account.postings, account.closed_at) == (1, None)
    house.end_membership(officer, court)
    with house.worker.transaction() as session:
        assert session.get_one(Account, officer.account).closed_at is not None


STORIES: Mapping[str, Callable[[House], Story]] = {
    story.__name__: story
    for story in (
        what_is_used_decided_or_taken_back_stays_so,
        sessions_memberships_and_factors_that_ended_stay_ended,
        an_address_that_its_owner_took_out_does_not_come_back,
        an_address_that_its_owner_replaced_does_not_come_back,
        postings_are_counted_anew_by_what_is_restored,
    )
}


@pytest.fixture(scope="module")
def restored(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Story]]:
    """One backup and one restore for all stories, which share no person: a copy of a database is what they cost."""
    folder = tmp_path_factory.mktemp("restored")
    environment = partial(environment_of, keys, folder)
    with fresh_databases.clone("directory") as urls, a_vault(environment, urls, folder) as (house, vault):
        stories = {name: story(house) for name, story in STORIES.items()}
        for story in stories.values():
            next(story)
        assert vault.back_up().exit_code == 0
        for story in stories.values():
            next(story)
        vault.log_survivors()
        done = vault.restore()
        assert done.exit_code == 0, done.output
        yield stories


@pytest.mark.parametrize("story", STORIES)
def test_after_a_restore(restored: Mapping[str, Story], story: str) -> None:
    with pytest.raises(StopIteration):
        next(restored[story])


def test_a_backup_from_before_the_mark_takes_addresses_out_without_it(vault_of: tuple[House, Vault]) -> None:
    house, vault = vault_of
    changed = house.person("provider_manager", house.organization("provider"))
    with psycopg.connect(vault.environment["SETU_DATABASE_OWNER_URL"]) as owner:
        owner.execute("ALTER TABLE account DROP COLUMN contacts_blanked_at")
    assert vault.back_up().exit_code == 0
    with house.worker.transaction() as session:
        moved = "UPDATE account SET mail = 'new@example.org', contacts_changed_at = now() WHERE id = :who"
        session.execute(text(moved), {"who": changed.account})
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    assert contacts(house, changed) == (None, None)


FORGOTTEN = (
    (
        "INSERT INTO slip (id, account_id, digest, created_at, expires_at, voided_at)"
        " VALUES (:id, :who, decode('00ff', 'hex'), now(), now() + interval '7 days', now())"
    ),
    "UPDATE account SET contacts_changed_at = now() WHERE id = :who",
    "INSERT INTO location_copy (id, organization_id, copy_id) VALUES (:id, :id, :id)",
    "DELETE FROM survivor_change",
)
"""What a worker of release 0.1.0 logs in part or not at all, and then deletes the notes of."""


def test_what_the_first_releases_worker_forgot_is_noted_anew_and_nothing_else(vault_of: tuple[House, Vault]) -> None:
    house, _ = vault_of
    worker = house.person("case_worker", house.organization("provider"))
    known = {"who": worker.account, "id": uuid4()}
    with house.worker.transaction() as session:
        for statement in FORGOTTEN:
            session.execute(text(statement), known)

    counts = [note_forgotten(house.worker, ALL_SURVIVORS) for _ in range(2)]

    assert counts == [3, 0]
    with house.worker.transaction() as session:
        noted = session.execute(text("SELECT table_name, row_id FROM survivor_change WHERE table_name <> ''")).all()
    assert set(noted) == {
        ("slip", str(known["id"])),
        ("account", str(worker.account)),
        ("location_copy", str(known["id"])),
    }
