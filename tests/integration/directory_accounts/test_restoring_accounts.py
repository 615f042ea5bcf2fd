"""A restored directory: whatever was ended stays ended, and readers of its change feed begin anew."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from directory_service.accounts.store.survivors import SURVIVORS
from directory_service.accounts.store.tables import Account
from directory_service.survivors import SURVIVORS as ALL_SURVIVORS
from service_kit.db.survivors import note_forgotten
from support.accounts import ORIGIN, House, Person, a_house
from support.backups import Vault

ENDED = "SELECT bool_and(ended_at IS NOT NULL) FROM {} WHERE account_id = :who"
TAKEN_BACK = ("printed_code", "invitation", "reset", "calendar_feed", "api_key")
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
CHANGED = (
    "UPDATE printed_code SET used_at = now()",
    "UPDATE invitation SET withdrawn_at = now()",
    "UPDATE reset SET decided_at = now(), decided_by = gen_random_uuid(), decision = 'refused'",
    "UPDATE calendar_feed SET ended_at = now()",
    "UPDATE api_key SET ended_at = now()",
)


@pytest.fixture
def vault_of(fresh_database: Callable, settings_env: Callable, tmp_path: Path) -> Iterator[tuple[House, Vault]]:
    urls = fresh_database("directory")
    house = a_house(settings_env("directory", urls, SETU_TEST_WORKER_URL=urls.worker))
    own = {**settings_env("directory", urls, process="worker"), "SETU_DATABASE_OWNER_URL": urls.owner}
    yield house, Vault(tmp_path / "vault", "directory", own, (house.worker, house.web), SURVIVORS)
    house.web.dispose()
    house.worker.dispose()


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


def test_what_was_used_decided_or_taken_back_after_the_backup_stays_so(vault_of: tuple[House, Vault]) -> None:
    house, vault = vault_of
    trust = house.organization("provider")
    worker = house.person("case_worker", trust)
    known = {"who": worker.account, "trust": trust, "id": uuid4(), "role": "case_worker", "other": uuid4()}
    with house.worker.transaction() as session:
        for made in MADE:
            session.execute(text(made), known)
    assert vault.back_up().exit_code == 0
    with house.worker.transaction() as session:
        for change in CHANGED:
            session.execute(text(change), known)
        was = [session.execute(text(f"SELECT * FROM {table}")).all() for table in TAKEN_BACK]  # noqa: S608 # our own
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    with house.worker.transaction() as session:
        found = [session.execute(text(f"SELECT * FROM {table}")).all() for table in TAKEN_BACK]  # noqa: S608 # our own
    assert found == was


def test_sessions_memberships_and_factors_that_ended_after_the_backup_stay_ended(vault_of: tuple[House, Vault]) -> None:
    house, vault = vault_of
    trust = house.organization("provider")
    worker, leaver = house.person("case_worker", trust), house.person("case_worker", trust)
    token = house.bearer(worker)
    with house.worker.transaction() as session:
        feed = session.scalar(text("SELECT id FROM change_feed"))
    assert vault.back_up().exit_code == 0
    assert house.client().delete("/api/session", headers=token).status_code == 204
    changed = "UPDATE {} SET ended_at = now() WHERE account_id = :who"
    with house.worker.transaction() as session:
        for table in ("membership", "second_factor"):
            session.execute(text(changed.format(table)), {"who": leaver.account})
        session.execute(text("UPDATE account SET password_hash = 'new' WHERE id = :who"), {"who": leaver.account})
    newcomer = house.person("case_worker", trust)
    vault.log_survivors()

    done = vault.restore()

    assert done.exit_code == 0, done.output
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


@pytest.mark.parametrize("kept", ["", "new.address@example.org"])
def test_an_address_that_its_owner_took_out_after_the_backup_does_not_come_back(
    vault_of: tuple[House, Vault], kept: str
) -> None:
    house, vault = vault_of
    changed, other = (house.person("provider_manager", house.organization("provider")) for _ in range(2))
    (_, before), had = contacts(house, changed), contacts(house, other)
    assert before
    assert vault.back_up().exit_code == 0
    browser, same = house.browser(changed), house.browser(other)
    assert "type it anew" not in browser.get("/account").text
    for client, person, mail in ((browser, changed, kept), (same, other, had[1])):
        form = {"phone": "", "mail": mail, "contacts_password": person.password}
        assert client.post("/account/contacts", data=form, headers=ORIGIN).status_code == 303
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    assert (contacts(house, changed), contacts(house, other)) == ((None, None), had)
    assert house.sign_in(Person(changed.account, before, changed.password)).status_code == 401
    owner = house.browser(changed)
    assert "type it anew" in owner.get("/account").text
    assert "type it anew" not in house.browser(other).get("/account").text
    form = {"phone": "", "mail": "", "contacts_password": changed.password}
    assert owner.post("/account/contacts", data=form, headers=ORIGIN).status_code == 303
    assert "type it anew" not in owner.get("/account").text


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


def test_postings_are_counted_anew_by_what_is_restored(vault_of: tuple[House, Vault]) -> None:
    house, vault = vault_of
    unit, court = house.organization("police_unit"), house.organization("court")
    officer = house.person("officer", unit)
    house.second_role(officer, "officer", court)
    assert vault.back_up().exit_code == 0
    house.end_membership(officer, unit)
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    with house.worker.transaction() as session:
        account = session.get_one(Account, officer.account)
        assert (account.postings, account.closed_at) == (1, None)
    house.end_membership(officer, court)
    with house.worker.transaction() as session:
        assert session.get_one(Account, officer.account).closed_at is not None


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
