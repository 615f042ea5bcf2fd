"""A restored directory: whatever was ended stays ended, and readers of its change feed begin anew."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from directory_service.accounts.store.survivors import SURVIVORS
from support.accounts import House, a_house
from support.backups import Vault

ENDED = "SELECT bool_and(ended_at IS NOT NULL) FROM {} WHERE account_id = :who"


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
