"""Once a day is over, no number of a transaction leads from a card to an officer, an arrival or a voice."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from referral_service.domain.voices import Voice
from referral_service.use_cases.cards.mix_rows import RowMixing
from support.card_orders import an_order, print_order
from support.referral import COLLEAGUE, MONDAY_NOON, OFFICER, WORKER, ReferralService, a_consent
from support.referrals.form import FormFiller

ALONE = a_consent(answer="card_only", another_service=False)
REFUSED = a_consent(answer="no", another_service=False)
MIXED = {
    "card": "used_at IS NOT NULL",
    "card_holder": "referral_id IS NULL",
    "arrival": "true",
    "tally": "answer <> 'yes'",
    "figure_tally": "counted IN ('declined', 'only_card')",
    "idempotency_key": "resource_id = '00000000-0000-0000-0000-000000000000'",
    "heard_voice": "true",
    "voice_sender": "true",
    "voice_count": "true",
}
"""Table → its rows that are of no referral, or must lead to none."""
ATTEMPTS = (
    "SELECT c.number, k.account FROM idempotency_key k JOIN card c ON c.xmin = k.xmin",
    "SELECT h.code_mac, a.need, a.organization_id FROM card_holder h JOIN arrival a ON a.xmin = h.xmin",
    "SELECT k.account, t.answer, t.need FROM tally t JOIN idempotency_key k ON k.xmin = t.xmin",
    "SELECT h.referral_id, v.said FROM card_holder h JOIN voice_count v ON v.xmin = h.xmax",
    "SELECT h.code_mac FROM card_holder h JOIN heard_voice v ON v.xmin = h.xmax",
)


def rows(setu: ReferralService, query: str) -> Sequence[tuple[Any, ...]]:
    with setu.worker_db.transaction() as session:
        return [tuple(row) for row in session.execute(text(query))]


def mix(setu: ReferralService) -> bool:
    return RowMixing(setu.worker_db).mix_once_a_day(setu.clock.now())


def hand_out_alone(setu: ReferralService, *officers: Any) -> list[str]:
    """Printed cards, one from each officer, minutes apart; their codes."""
    faces = print_order(setu, an_order(setu, sheets=1))
    for officer, face in zip(officers, faces, strict=False):
        setu.clock.advance(timedelta(minutes=7))
        sent = setu.submit(officer, consent=ALONE, person=None, service_id=None, card=face.number)
        assert sent.status_code == 204
    return [face.code for face in faces]


@pytest.fixture
def setu(setu: ReferralService) -> ReferralService:
    """Two days on which everything happened that must lead to nobody."""
    setu.sent()
    officer = FormFiller(setu)
    officer.place("SHELTER")
    officer.instead("unmet")
    first, _ = hand_out_alone(setu, OFFICER, COLLEAGUE)[:2]
    assert setu.submit(COLLEAGUE, consent=REFUSED, person=None).status_code == 204
    referral = setu.sent(COLLEAGUE)
    setu.say_by_code(setu.sent(COLLEAGUE).card_code, Voice.BADLY_TREATED)  # before anybody opens it
    setu.must(WORKER, referral, "open")
    setu.say_by_code(referral.card_code, Voice.BADLY_TREATED)
    setu.clock.advance(timedelta(days=1))
    assert setu.post(WORKER, "/api/arrivals", {"code": first}).get_json()["counted"] is True
    setu.say_by_code(first, Voice.PRESSED)
    return setu


def transactions(setu: ReferralService) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """By table: those that wrote or locked its mixed rows, and those that wrote or locked its other ones."""
    names = [name for (name,) in rows(setu, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    def numbers(table: str, which: str) -> set[str]:
        query = f'SELECT xmin::text FROM "{table}" WHERE {which}'  # noqa: S608  # our own words
        return {number for (number,) in rows(setu, query)}

    def locks(table: str) -> set[str]:
        return {number for (number,) in rows(setu, f'SELECT xmax::text FROM "{table}"')} - {"0"}  # noqa: S608  # our own words

    mixed = {table: numbers(table, which) for table, which in MIXED.items()}
    others = {table: numbers(table, f"NOT ({MIXED.get(table, 'false')})") | locks(table) for table in names}
    return mixed, others


def test_as_it_is_written_one_query_leads_from_a_card_to_whoever_gave_it(setu: ReferralService) -> None:
    assert all(rows(setu, query) for query in ATTEMPTS), "else this file looks for what cannot be found"


def test_when_the_day_is_over_no_row_has_the_number_of_another_tables_row(setu: ReferralService) -> None:
    setu.clock.advance(timedelta(days=1))

    assert mix(setu) is True

    mixed, others = transactions(setu)
    assert all(mixed.values()), "each has rows"
    for table, numbers in mixed.items():
        assert len(numbers) == 1, f"{table}: one number tells its rows apart by nothing"
        led_to = [name for name in others if name != table and numbers & (others[name] | mixed.get(name, set()))]
        assert not led_to, f"{table} is led to {led_to}"
    assert [rows(setu, query) for query in ATTEMPTS] == [[]] * len(ATTEMPTS)


def test_nothing_that_is_read_is_altered_and_no_log_is_told(setu: ReferralService) -> None:
    def read() -> list[Any]:
        columns = {
            "tally": "day, answer, need, district, setting",
            "figure_tally": "month, district, counted, minutes, sealed",
            "arrival": "day, need, district, organization_id",
        }
        queries = [f"SELECT {columns.get(table, '*')} FROM {table}" for table in MIXED]  # noqa: S608  # our own words
        return [sorted(map(str, rows(setu, query))) for query in queries]

    setu.clock.advance(timedelta(days=1))
    before, told = read(), rows(setu, "SELECT count(*) FROM survivor_change")

    mix(setu)

    assert read() == before
    assert rows(setu, "SELECT count(*) FROM survivor_change") == told


def test_rows_come_back_in_an_order_that_is_not_that_of_coming(setu: ReferralService) -> None:
    for _ in range(12):
        assert setu.submit(OFFICER, consent=REFUSED, person=None).status_code == 204
    setu.clock.advance(timedelta(days=1))
    of_answers = "SELECT day, district, setting, need, answer FROM tally WHERE answer <> 'yes' ORDER BY position"
    of_keys = f"SELECT key FROM idempotency_key WHERE {MIXED['idempotency_key']} ORDER BY ctid"  # noqa: S608  # our own words

    mix(setu)

    assert rows(setu, of_answers) == sorted(rows(setu, of_answers))
    assert rows(setu, of_keys) == sorted(rows(setu, of_keys))


def test_a_repeated_no_is_counted_once_also_after_the_batch(setu: ReferralService) -> None:
    setu.submit(OFFICER, "once", consent=REFUSED, person=None)
    setu.clock.advance(timedelta(days=1))
    counted = rows(setu, "SELECT count(*) FROM tally")

    mix(setu)

    assert setu.submit(OFFICER, "once", consent=REFUSED, person=None).status_code == 204
    assert rows(setu, "SELECT count(*) FROM tally") == counted


def test_a_process_does_so_once_a_day_and_when_it_starts(setu: ReferralService) -> None:
    setu.clock.advance(timedelta(days=1))
    process = RowMixing(setu.worker_db)

    did = [process.mix_once_a_day(setu.clock.now() + timedelta(hours=hours)) for hours in (0, 1, 10, 24, 25)]

    assert did == [True, False, False, True, False]
    assert mix(setu) is True


def test_todays_answers_wait_for_the_end_of_the_day(setu: ReferralService) -> None:
    assert setu.clock.now() > MONDAY_NOON
    setu.submit(OFFICER, consent=REFUSED, person=None)
    written = "SELECT xmin::text FROM tally ORDER BY position DESC LIMIT 1"
    before = rows(setu, written)

    mix(setu)

    assert before[0] in rows(setu, "SELECT xmin::text FROM tally")
