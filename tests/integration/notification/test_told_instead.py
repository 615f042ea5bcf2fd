"""An urgent message that comes on no channel is told to whom it falls, however and in whatever order they failed."""

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from notification_service.domain.choices import Choices
from notification_service.domain.links import Links
from notification_service.domain.notices import Channel
from notification_service.domain.reports import ReportWord
from notification_service.outside.carrier import Message, PermanentError
from notification_service.store import choices, delivery_ends
from notification_service.store.tables import DeliveryRow, NoticeRow, ReportRow
from notification_service.use_cases.apply_reports import apply_reports
from notification_service.use_cases.change_suppression import suppress_by_hand
from notification_service.use_cases.dependencies import Dependencies
from notification_service.use_cases.end_message import end_held
from service_kit.ids import SystemIds
from support.events import eventually, waiting_for_locks
from support.notices.sending import deliver_once
from support.notification import MANAGER, NGO, WORKER, Scene, add_member, an_event, claim_one, referral_data

ASHA, PHONE = "asha@ngo.example", "+919800012301"
BOTH = tuple(Channel)


@dataclass
class Refusing:
    """A carrier that refuses these addresses for good and takes the others."""

    refused: frozenset[str] = frozenset()
    to: list[str] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if message.to in self.refused:
            raise PermanentError("refused", 550)
        self.to.append(message.to)


def sending(scene: Scene, *refused: str) -> Dependencies:
    carrier = Refusing(frozenset(refused))
    carriers = {Channel.MAIL: carrier, Channel.SMS: carrier}
    links = Links("http://r", "http://d", "http://n")
    return Dependencies(scene.db, scene.clock, scene.believable, SystemIds(), scene.keyring, carriers, links, scene.mac)


def deliver(scene: Scene, *refused: str) -> None:
    own = sending(scene, *refused)
    while deliver_once(own):
        pass


def submit(scene: Scene, kind: str = "submitted", **more: object) -> UUID:
    referral = uuid4()
    data = referral_data(referral, NGO, **{"priority": "urgent", **more})  # type: ignore[arg-type]  # by keyword
    scene.plan(an_event(f"referral.{kind}.v1", data), channels=BOTH)
    return referral


def report(scene: Scene, word: ReportWord) -> None:
    with scene.db.transaction() as session:
        for row in session.scalars(select(DeliveryRow).where(DeliveryRow.account_id == WORKER)).all():
            about = {"channel": row.channel, "word": word.value, "delivery_id": row.id}
            session.add(ReportRow(id=str(uuid4()), received_at=scene.clock.now(), **about))
        session.flush()
        apply_reports(session, scene.clock.now(), BOTH)


def told(scene: Scene) -> set[UUID]:
    with scene.db.transaction() as session:
        return set(session.scalars(select(NoticeRow.account_id)))


def of_manager(scene: Scene) -> DeliveryRow:
    with scene.db.transaction() as session:
        return session.scalars(select(DeliveryRow).where(DeliveryRow.account_id == MANAGER)).one()


@pytest.mark.parametrize("word", [ReportWord.BOUNCED, ReportWord.FAILED])
def test_one_that_was_taken_and_came_back_is_told_to_the_manager(scene: Scene, word: ReportWord) -> None:
    submit(scene)
    deliver(scene)
    assert told(scene) == {WORKER}
    report(scene, word)
    assert told(scene) == {WORKER, MANAGER}
    assert of_manager(scene).state == "waiting"


def test_one_that_is_refused_for_good_is_told_to_the_manager_and_what_is_not_urgent_to_nobody(scene: Scene) -> None:
    submit(scene, priority="routine")
    deliver(scene, ASHA)
    assert told(scene) == {WORKER}
    submit(scene)
    deliver(scene, ASHA)
    assert told(scene) == {WORKER, MANAGER}


def test_of_a_referral_that_was_withdrawn_meanwhile_nobody_else_is_told(scene: Scene) -> None:
    referral = submit(scene)
    deliver(scene)
    scene.clock.advance(timedelta(minutes=1))
    scene.plan(an_event("referral.withdrawn.v1", referral_data(referral, NGO, version=2)))
    report(scene, ReportWord.BOUNCED)
    assert told(scene) == {WORKER}


def with_a_phone(scene: Scene) -> None:
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", ASHA, 2, PHONE)


def test_where_both_ways_fail_one_after_the_other_the_manager_is_told_at_the_second(scene: Scene) -> None:
    with_a_phone(scene)
    submit(scene, "contact.ended")
    deliver(scene, ASHA)
    assert told(scene) == {WORKER}, "the phone was reached"
    report(scene, ReportWord.FAILED)
    assert told(scene) == {WORKER, MANAGER}


def test_two_senders_that_end_both_ways_at_one_time_tell_the_manager(scene: Scene) -> None:
    with_a_phone(scene)
    submit(scene, "contact.ended")
    leases, claimed = [uuid4(), uuid4()], []
    for lease in leases:
        with scene.db.transaction() as session:
            claimed.append(claim_one(session, now=scene.clock.now(), lease=lease))
    with scene.db.transaction() as session:
        delivery_ends.lock_together(session, claimed[0].id)
        assert delivery_ends.end_held(session, claimed[0].id, leases[0], scene.clock.now(), delivery_ends.SUPPRESSED)
        other = threading.Thread(
            target=end_held, args=(sending(scene), claimed[1], leases[1], delivery_ends.SUPPRESSED)
        )
        other.start()
        eventually(lambda: waiting_for_locks(scene.db) == 1)  # it waits for the first to be written
    other.join(60)
    assert told(scene) == {WORKER, MANAGER}


def test_what_is_told_instead_is_in_the_chosen_language_and_stops_only_if_the_first_would(scene: Scene) -> None:
    with scene.db.transaction() as session:
        suppress_by_hand(session, Channel.MAIL, ASHA, scene.mac.digest, scene.clock.now())
        choices.save(session, MANAGER, Choices(language="bn"))
    submit(scene, "contact.ended")
    deliver(scene)
    assert (of_manager(scene).language, of_manager(scene).stoppable) == ("bn", False)
