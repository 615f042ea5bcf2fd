"""A restored notification service: everybody reads as before, nobody who left or said no is written to."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from notification_service.domain.notices import Channel
from notification_service.domain.reports import Source
from notification_service.store import suppressions
from notification_service.use_cases.change_webhook_endpoint import remove_webhook_endpoint, rotate_webhook_secret
from notification_service.use_cases.reset_account import reset_account
from support.backups import Vault
from support.notification import (
    MANAGER,
    NGO,
    OFFICER,
    ONLY_MAIL,
    SUPERVISOR,
    UNIT,
    WORKER,
    Scene,
    a_principal,
    add_member,
    an_event,
    referral_data,
    view_data,
)
from support.webhooks.endpoints import an_endpoint, endpoints, messages

LEFT = UUID(int=WORKER.int + 1000)


def listed(scene: Scene, account: UUID) -> bytes:
    return scene.client.get("/api/notices", headers=scene.headers(account)).data


def test_what_was_told_reset_stopped_or_ended_after_the_backup_stays_so(restorable: tuple[Scene, Vault]) -> None:
    scene, vault = restorable
    withdrawn = uuid4()
    removed, rotated = (an_endpoint(scene, "https://hooks.example.org/") for _ in range(2))
    scene.plan(an_event("referral.submitted.v1", referral_data(withdrawn, NGO)))
    for account in (OFFICER, SUPERVISOR):
        scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), account, UNIT)))
    with scene.db.transaction() as session:
        suppressions.add(session, Channel.MAIL, "freed", Source.HAND, scene.clock.now())
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", "asha@ngo.example", 2, "+919800012301")
    assert vault.back_up().exit_code == 0
    scene.clock.advance(timedelta(hours=1))
    for version in (1, 2):
        scene.plan(an_event("referral.view.changed.v1", view_data(uuid4(), OFFICER, UNIT, version=version)))
    assert scene.client.post("/api/notices/read-all", headers=scene.headers(OFFICER)).status_code == 204
    scene.plan(an_event("referral.withdrawn.v1", referral_data(withdrawn, NGO, version=2)))
    with scene.db.transaction() as session:
        at = {"account_id": str(SUPERVISOR), "at": scene.clock.now().isoformat(), "version": 1, "receivers": []}
        reset_account(session, an_event("directory.account.reset.v1", at), scene.clock.now(), ONLY_MAIL)
        session.execute(text("UPDATE member SET active = false, version = 7 WHERE id = :id"), {"id": LEFT})
        suppressions.add(session, Channel.MAIL, "new", Source.STOP, scene.clock.now())
        suppressions.remove(session, Channel.MAIL, "freed")
    who = a_principal(MANAGER, scene.clock.now())
    remove_webhook_endpoint(scene.client.application.extensions["setu"], who, removed)
    rotate_webhook_secret(scene.client.application.extensions["setu"], who, rotated)
    was = [listed(scene, account) for account in (OFFICER, SUPERVISOR, WORKER)]
    vault.log_survivors()

    assert vault.restore().exit_code == 0

    assert [listed(scene, account) for account in (OFFICER, SUPERVISOR, WORKER)] == was
    with scene.db.transaction() as session:
        left = session.execute(
            text("SELECT contact, has_mail, has_phone FROM member WHERE id = :id"), {"id": LEFT}
        ).one()
        waiting = session.scalar(
            text("SELECT count(*) FROM delivery WHERE referral_id = :id AND state = 'waiting'"), {"id": withdrawn}
        )
        silenced = [row.digest for row in suppressions.page(session, after="", limit=9)]
    assert tuple(left) == (None, False, False)
    assert silenced == ["new"]
    assert {(row.removed_at is not None, row.generation) for row in endpoints(scene)} == {(True, 1), (False, 2)}
    assert waiting == 0
    assert {(row.state, row.stopped) for row in messages(scene)} == {("failed", True)}
