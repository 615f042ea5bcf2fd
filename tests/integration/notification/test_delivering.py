"""From a planned message to a mail that was taken, or not: claims, tries, giving up, and what is left for a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from notification_service.domain.retry_schedule import LEASE, MAX_ATTEMPTS
from notification_service.outside.carrier import Message, TemporaryError
from notification_service.store.members import Contact, MembershipSnapshot, apply_snapshot
from notification_service.store.tables import AttemptRow, DeliveryRow
from service_kit.db.engine import Database
from service_kit.logs import JsonFormatter, correlation_id
from service_kit.web.html.catalogues import compile_all
from support.notices.sending import Recorder, deliver_once, dependencies, smtp, submit
from support.notification import (
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    OTHER_NGO,
    UNIT,
    WORKER,
    Scene,
    add_member,
    an_event,
    claim_one,
    referral_data,
    view_data,
)
from support.notification_smtp import (
    SmtpServer,
    smtp_server,
)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def a_delivery(scene: Scene) -> DeliveryRow:
    with scene.db.transaction() as session:
        return session.scalars(select(DeliveryRow)).one()


def test_a_mail_says_a_reference_a_link_and_a_due_time_and_nothing_else(scene: Scene, server: SmtpServer) -> None:
    referral = submit(scene)
    assert deliver_once(smtp(scene, server))
    [message] = server.taken
    assert message["To"] == "asha@ngo.example"
    assert message["Subject"] == "R-7KQ2-9XTC"
    assert message.get_content().splitlines() == [
        "There is a message for you about R-7KQ2-9XTC.",
        "",
        "To read it, sign in here:",
        f"http://referral.test/inbox/{referral}",
        "",
        "Please look before 24 November 2026, 21:00.",
    ]
    assert not deliver_once(smtp(scene, server))
    assert (a_delivery(scene).state, a_delivery(scene).attempts) == ("sent", 1)


@pytest.mark.parametrize(("language", "words"), [("hi", "संदेश"), ("bn", "বার্তা"), ("en", "message")])
def test_a_mail_is_in_its_readers_language(scene: Scene, language: str, words: str) -> None:
    compile_all()
    submit(scene)
    with scene.db.transaction() as session:
        session.execute(text("UPDATE delivery SET language = :language"), {"language": language})
    recorder = Recorder()
    deliver_once(dependencies(scene, recorder))
    assert words in recorder.sent[0].body


def test_a_mail_goes_to_the_newest_address(scene: Scene) -> None:
    submit(scene)
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", "new@ngo.example", version=2)
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", "old@ngo.example", version=1)
    recorder = Recorder()
    deliver_once(dependencies(scene, recorder))
    assert [mail.to for mail in recorder.sent] == ["new@ngo.example"]


def test_whoever_left_a_team_is_written_to_at_the_address_of_the_new_one(scene: Scene) -> None:
    submit(scene)
    there = MembershipSnapshot(uuid4(), WORKER, OTHER_NGO, "case_worker", [], active=True, language="en", version=2)
    with scene.db.transaction() as session:
        session.execute(text("UPDATE member SET active = false WHERE account_id = :id"), {"id": WORKER})
        apply_snapshot(session, there, Contact(mail="new@else.example"), scene.keyring)
    recorder = Recorder()
    deliver_once(dependencies(scene, recorder))
    assert [mail.to for mail in recorder.sent] == ["new@else.example"]


def test_temporary_trouble_is_tried_again_later_and_later_and_then_given_up(scene: Scene, server: SmtpServer) -> None:
    server.behaviour.rcpt = "451 not now"
    submit(scene)
    pauses = []
    for _ in range(MAX_ATTEMPTS):
        assert deliver_once(smtp(scene, server))
        assert not deliver_once(smtp(scene, server))
        pauses.append(a_delivery(scene).next_attempt_at - scene.clock.now())
        scene.clock.set(max(a_delivery(scene).next_attempt_at, scene.clock.now()))
    assert pauses[:-1] == sorted(pauses[:-1])
    row = a_delivery(scene)
    assert (row.state, row.error, row.attempts) == ("failed", "try_later", MAX_ATTEMPTS)
    with scene.db.transaction() as session:
        tries = session.scalars(select(AttemptRow).order_by(AttemptRow.number)).all()
    assert [(one.number, one.outcome, one.code) for one in tries] == [
        (n, "temporary", 451) for n in range(1, MAX_ATTEMPTS + 1)
    ]


def test_a_refused_address_is_given_up_at_once(scene: Scene, server: SmtpServer) -> None:
    server.behaviour.rcpt = "550 nobody here"
    submit(scene)
    deliver_once(smtp(scene, server))
    row = a_delivery(scene)
    assert (row.state, row.error, row.attempts) == ("failed", "address_refused", 1)


def test_someone_without_an_address_is_seen_as_failed(scene: Scene) -> None:
    submit(scene)
    with scene.db.transaction() as session:
        add_member(session, scene.keyring, WORKER, NGO, "case_worker", None, version=2)
    deliver_once(dependencies(scene, Recorder()))
    assert (a_delivery(scene).state, a_delivery(scene).error) == ("failed", "no_address")


@pytest.mark.parametrize(
    ("late", "state", "error", "sent"),
    [(timedelta(days=3, seconds=-1), "sent", None, 1), (timedelta(days=3), "failed", "too_late", 0)],
)
def test_what_was_not_sent_in_time_to_be_of_use_is_not_sent_any_more(
    scene: Scene, late: timedelta, state: str, error: str | None, sent: int
) -> None:
    submit(scene)
    recorder = Recorder()
    scene.clock.advance(late)
    deliver_once(dependencies(scene, recorder))
    assert (a_delivery(scene).state, a_delivery(scene).error, len(recorder.sent)) == (state, error, sent)


def test_urgent_ones_leave_first(scene: Scene) -> None:
    submit(scene)
    urgent = submit(scene, priority="urgent")
    recorder = Recorder()
    deliver_once(dependencies(scene, recorder))
    assert str(urgent) in recorder.sent[0].body


def test_no_transaction_is_open_while_the_provider_is_called(scene: Scene) -> None:
    open_while_sending = []

    class Looking:
        def send(self, mail: Message) -> None:  # noqa: ARG002  # the port's signature
            with scene.db.transaction() as session:
                mine = (
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
                )
                open_while_sending.append(session.scalar(text(mine)))

    submit(scene)
    deliver_once(dependencies(scene, Looking()))
    assert open_while_sending == [0]


def test_two_workers_never_hold_the_same_message(scene: Scene) -> None:
    submit(scene)
    other = Database(scene.urls.worker)
    with scene.db.transaction() as first, other.transaction() as second:
        one = claim_one(first, now=NOON, lease=uuid4())
        two = claim_one(second, now=NOON, lease=uuid4())
    other.dispose()
    assert one is not None
    assert two is None


def test_a_worker_that_died_loses_its_lease_and_nothing_else(scene: Scene) -> None:
    submit(scene)
    with scene.db.transaction() as session:
        assert claim_one(session, now=NOON, lease=uuid4())
    recorder = Recorder()
    assert not deliver_once(dependencies(scene, recorder))
    scene.clock.advance(LEASE)
    assert deliver_once(dependencies(scene, recorder))
    assert len(recorder.sent) == 1
    assert a_delivery(scene).attempts == 2


def test_a_message_that_ends_every_process_is_given_up_in_the_end(scene: Scene) -> None:
    submit(scene)
    for _ in range(MAX_ATTEMPTS):
        with scene.db.transaction() as session:
            assert claim_one(session, now=scene.clock.now(), lease=uuid4())
        scene.clock.advance(LEASE)
    recorder = Recorder()
    deliver_once(dependencies(scene, recorder))
    assert (a_delivery(scene).state, a_delivery(scene).error, recorder.sent) == ("failed", "cut_off", [])


def test_a_fault_of_our_own_is_tried_again_and_holds_up_nothing(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    submit(scene)
    deliver_once(dependencies(scene, Recorder(trouble=[KeyError("asha@ngo.example")])))
    assert (a_delivery(scene).state, a_delivery(scene).error) == ("waiting", "unexpected")
    assert "asha" not in caplog.text


def test_a_message_stopped_while_it_was_being_tried_is_not_tried_again(scene: Scene) -> None:
    referral = submit(scene)

    class Stopping(Recorder):
        def send(self, mail: Message) -> None:  # noqa: ARG002  # the port's signature
            scene.plan(an_event("referral.withdrawn.v1", referral_data(referral, NGO, version=2)))
            scene.clock.advance(timedelta(seconds=3))
            raise TemporaryError("try_later", 451)

    stopped_at = scene.clock.now()
    deliver_once(dependencies(scene, Stopping()))
    scene.clock.advance(timedelta(days=1))
    assert not deliver_once(dependencies(scene, Recorder()))
    assert (a_delivery(scene).state, a_delivery(scene).finished_at) == ("stopped", stopped_at)
    for path in ("/deliveries", f"/deliveries/{a_delivery(scene).id}"):
        page = scene.client.get(path, headers=scene.headers(MANAGER)).text
        assert "The referral was withdrawn or closed first" in page


def test_a_referrers_mail_leaves_whatever_happened_since(scene: Scene) -> None:
    referral = uuid4()
    scene.plan(an_event("referral.view.changed.v1", view_data(referral, OFFICER, UNIT)))
    scene.plan(an_event("referral.withdrawn.v1", referral_data(referral, NGO, version=3)))
    recorder = Recorder()
    while deliver_once(dependencies(scene, recorder)):
        pass
    assert [mail.to for mail in recorder.sent] == ["raj@unit.example"]
    assert recorder.sent[0].body == (
        "There is a message for you about R-7KQ2-9XTC.\n\nTo read it, sign in here:\n"
        f"http://referral.test/sent/{referral}\n"
    )


def test_the_correlation_id_of_the_event_is_in_the_logs_of_planning_and_sending(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    event = an_event("referral.submitted.v1", referral_data(uuid4(), NGO))
    scene.plan(replace(event, correlation_id="c0ffee00" * 4))
    deliver_once(dependencies(scene, Recorder()))
    lines = [JsonFormatter("notification", "worker").format(record) for record in caplog.records]
    assert any('"notices planned"' in line and "c0ffee00" * 4 in line for line in lines)
    assert correlation_id.get() == "c0ffee00" * 4
    assert not any("ngo.example" in line for line in lines)
