"""Whose mail comes back is told so on the next pages, of the own address alone, until another one is given."""

from uuid import UUID

import pytest
from sqlalchemy import select, text

from notification_service.domain.notices import Channel
from notification_service.domain.reports import Source
from notification_service.store import suppressions
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.apply_reports import apply_reports
from notification_service.use_cases.digest_address import digest_address
from notification_service.use_cases.enforce_retention import note_digests
from notification_service.use_cases.take_report import take_report
from support.notices.sending import Recorder, deliver_once, dependencies, submit
from support.notification import MANAGER, NGO, OFFICER, UNIT, WORKER, Scene, add_member

SAYS_SO = "Mail to your address comes back"


def note(scene: Scene) -> None:
    with scene.db.transaction() as session:
        note_digests(session, scene.keyring, scene.mac.digest)


def told(scene: Scene, account: UUID) -> tuple[int, bool, bool]:
    """What the line on the home pages counts, and whether the two pages say it."""
    count = scene.client.get("/own-addresses/returned", headers=scene.headers(account)).get_json()["count"]
    pages = [scene.client.get(path, headers=scene.headers(account)).text for path in ("/", "/choices")]
    return count, SAYS_SO in pages[0], SAYS_SO in pages[1]


def bounce(scene: Scene) -> DeliveryRow:
    submit(scene)
    deliver_once(dependencies(scene, Recorder()))
    with scene.db.transaction() as session:
        delivery = session.scalars(select(DeliveryRow)).one()
    said = {"report": "bounced", "message": delivery.id, "code": 550}
    take_report(scene.db, scene.mac.digest, Channel.MAIL, "one", said, scene.clock.now())
    with scene.db.transaction() as session:
        apply_reports(session, scene.clock.now(), tuple(Channel))
        return session.get_one(DeliveryRow, delivery.id)


def test_whose_mail_bounces_is_told_until_another_address_is_given(scene: Scene) -> None:
    note(scene)
    bounce(scene)
    assert told(scene, WORKER) == (1, True, True)
    assert told(scene, MANAGER) == (0, False, False)
    assert "/account#contacts-title" in scene.client.get("/", headers=scene.headers(WORKER)).text

    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", "new@ngo.example", version=2)
    assert told(scene, WORKER) == (0, False, False)
    note(scene)
    assert told(scene, WORKER) == (0, False, False)


def test_an_old_address_of_a_membership_that_has_ended_is_nobodys_any_more(scene: Scene) -> None:
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, UNIT, "officer", "mina@ngo.example", active=False)
    note(scene)
    bounce(scene)
    assert told(scene, WORKER) == (1, True, True)

    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", "new@ngo.example", version=2)
    note(scene)

    assert told(scene, WORKER) == (0, False, False)


@pytest.mark.parametrize(("source", "count"), [(Source.BOUNCE, 1), (Source.STOP, 0), (Source.HAND, 0)])
def test_only_what_comes_back_is_told_and_it_ends_with_the_line_of_the_list(
    scene: Scene, source: Source, count: int
) -> None:
    digest = digest_address(Channel.MAIL, "raj@unit.example", scene.mac.digest)
    note(scene)
    with scene.db.transaction() as session:
        suppressions.add(session, Channel.MAIL, digest, source, scene.clock.now())
    assert told(scene, OFFICER)[0] == count
    with scene.db.transaction() as session:
        suppressions.remove(session, Channel.MAIL, digest)
    assert told(scene, OFFICER) == (0, False, False)


def test_the_web_process_sees_no_digest_but_the_readers_own(scene: Scene) -> None:
    note(scene)
    bounce(scene)
    for account, organization, seen in ((WORKER, NGO, 1), (OFFICER, UNIT, 0)):
        with scene.web.transaction() as session:
            session.execute(
                text("SELECT set_config('setu.account', :a, true), set_config('setu.organization', :o, true)"),
                {"a": str(account), "o": str(organization)},
            )
            assert session.scalar(text("SELECT count(digest) FROM suppression")) == seen
            assert session.scalar(text("SELECT count(mail_digest) FROM member")) == 1
    with scene.web.transaction() as session:
        assert session.scalar(text("SELECT count(mail_digest) FROM member")) == 0


def test_the_log_shows_the_code_that_a_provider_reports(scene: Scene) -> None:
    delivery = bounce(scene)
    assert (delivery.state, delivery.report_code) == ("failed", 550)
    page = scene.client.get(f"/deliveries/{delivery.id}", headers=scene.headers(MANAGER)).text
    assert "<dt>The provider's code</dt><dd>550</dd>" in page.replace("&#39;", "'")
