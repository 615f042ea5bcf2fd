"""Who sends holds every card's code: "treated badly" on one unit's referrals names no provider."""

from datetime import timedelta

import pytest
from sqlalchemy import Row, select, text

from referral_service.domain.figures.voice_figures import SHOWN_FROM
from referral_service.domain.voices import KNOWN_FOR, OF_ONE_UNIT, Voice
from referral_service.store.tables_cards import voice_count, voice_sender
from referral_service.use_cases.enforce_retention import enforce_retention
from service_kit.identity import Principal
from support.canary import found
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    KOLKATA,
    OFFICER,
    OST_OF_JIBAN,
    OTHER_PRISON,
    OTHER_STATION,
    PRISON,
    SAHAYA,
    STATION,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
    a_person,
    events_of,
)

UNITS = (STATION, OTHER_STATION, PRISON, OTHER_PRISON)
FOUR = [a_person(101 + number, unit, "officer") for number, unit in enumerate(UNITS)]
OF_SAHAYA, OF_THE_STATE = (KOLKATA, SAHAYA), (None, None)
NAMED, NAMED_STATION = "Sahaya", "North Station"


@pytest.fixture
def setu(setu: ReferralService) -> ReferralService:
    """These units have sent for so long that their referrals may name somebody."""
    for who in FOUR:
        sent_by(setu, who)
    setu.clock.advance(KNOWN_FOR)
    return setu


def sent_by(setu: ReferralService, who: Principal) -> Referral:
    return setu.sent(who, setting="prison" if who.organization_kind == "prison" else "street")


def opened(setu: ReferralService, who: Principal = OFFICER) -> Referral:
    referral = sent_by(setu, who)
    setu.must(WORKER, referral, "open")
    return referral


def say(setu: ReferralService, times: int, said: Voice = Voice.BADLY_TREATED, who: Principal = OFFICER) -> None:
    """So many cards of one account's referrals say it, one a day."""
    for _ in range(times):
        setu.say_by_code(opened(setu, who).card_code, said)
        setu.clock.advance(timedelta(days=1))


def counts(setu: ReferralService, said: Voice = Voice.BADLY_TREATED) -> dict[tuple[object, ...], int]:
    """Year, district and organisation: how often."""
    cell = voice_count.c
    query = select(cell.year, cell.district, cell.organization_id, cell["count"]).where(cell.said == said)
    with setu.worker_db.transaction() as session:
        return {tuple(row[:3]): row[3] for row in session.execute(query)}


def senders(setu: ReferralService) -> list[Row[int, int]]:
    """Year and how many are used, the fewest first."""
    with setu.worker_db.transaction() as session:
        query = select(voice_sender.c.year, voice_sender.c.used)
        return list(session.execute(query.order_by(voice_sender.c.used)))


def remembered(setu: ReferralService) -> int:
    """How many digests of a card are kept."""
    with setu.worker_db.transaction() as session:
        return int(session.scalar(text("SELECT count(*) FROM heard_voice")) or 0)


def this_year(setu: ReferralService) -> int:
    return setu.clock.now().year


def test_fourteen_cards_of_one_unit_name_nobody_whoever_of_it_sent_them_and_all_count_for_the_state(
    setu: ReferralService,
) -> None:
    for number in range(7):  # a supervisor lets the unit's officers in, and could be all of them
        say(setu, 2, who=a_person(201 + number, STATION, "officer"))
    year = this_year(setu)
    assert counts(setu) == {(year, *OF_SAHAYA): OF_ONE_UNIT, (year, *OF_THE_STATE): 14 - OF_ONE_UNIT}
    for who in (COORDINATOR, DATA_OFFICER):
        page = setu.get(who, "/voices").text
        assert page.count("about 15") == 1
        assert (NAMED in page, "Kolkata" in page) == (False, False)


def test_four_units_with_three_each_name_the_provider(setu: ReferralService) -> None:
    assert (len(FOUR) - 1) * OF_ONE_UNIT < SHOWN_FROM <= len(FOUR) * OF_ONE_UNIT
    for who in FOUR[:-1]:
        say(setu, OF_ONE_UNIT + 1, who=who)
    assert NAMED not in setu.get(COORDINATOR, "/voices").text
    say(setu, OF_ONE_UNIT, who=FOUR[-1])
    assert counts(setu) == {(this_year(setu), *OF_SAHAYA): 12, (this_year(setu), *OF_THE_STATE): 3}
    assert NAMED in setu.get(COORDINATOR, "/voices").text


def test_each_provider_has_its_own_three_of_a_unit(setu: ReferralService) -> None:
    say(setu, OF_ONE_UNIT)
    other = setu.sent(service_id=str(OST_OF_JIBAN))
    setu.must(WORKER_OF_JIBAN, other, "open")
    setu.say_by_code(other.card_code, Voice.BADLY_TREATED)
    assert [row.used for row in senders(setu) if row.used > 1] == [OF_ONE_UNIT]
    assert (this_year(setu), *OF_THE_STATE) not in counts(setu)


def test_a_new_year_starts_anew_and_forgets_whose_cards_they_were(setu: ReferralService) -> None:
    say(setu, OF_ONE_UNIT + 2)
    old = this_year(setu)
    kept = senders(setu)
    assert {row.year for row in kept} == {old}
    assert max(row.used for row in kept) == OF_ONE_UNIT, "how many more there were is not kept"
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert len(senders(setu)) == len(kept)
    setu.clock.advance(timedelta(days=365))
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert senders(setu) == []
    say(setu, OF_ONE_UNIT + 1)
    new = this_year(setu)
    assert counts(setu) == {
        (old, *OF_SAHAYA): OF_ONE_UNIT,
        (old, *OF_THE_STATE): 2,
        (new, *OF_SAHAYA): OF_ONE_UNIT,
        (new, *OF_THE_STATE): 1,
    }


def test_what_is_said_after_the_senders_row_has_gone_still_counts_within_the_units_three(setu: ReferralService) -> None:
    cards = []
    for _ in range(OF_ONE_UNIT + 1):
        cards.append(opened(setu).card_code)
        setu.clock.advance(timedelta(days=1))
    setu.clock.advance(timedelta(days=91))
    enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    for code in cards:
        setu.say_by_code(code, Voice.BADLY_TREATED)
    assert counts(setu) == {(this_year(setu), *OF_SAHAYA): OF_ONE_UNIT, (this_year(setu), *OF_THE_STATE): 1}


def test_badly_treated_said_before_anybody_opened_it_gives_way_to_what_is_said_later(setu: ReferralService) -> None:
    referral = sent_by(setu, OFFICER)
    for _ in range(2):  # whoever sent holds the code
        setu.say_by_code(referral.card_code, Voice.BADLY_TREATED)
    assert counts(setu) == {(this_year(setu), *OF_THE_STATE): 1}
    setu.must(WORKER, referral, "accept")
    for _ in range(2):
        setu.say_by_code(referral.card_code, Voice.BADLY_TREATED)
    assert {cell: count for cell, count in counts(setu).items() if count} == {(this_year(setu), *OF_SAHAYA): 1}


def test_a_wish_that_the_sender_said_first_is_heard_again_when_the_person_says_it(setu: ReferralService) -> None:
    def heard() -> int:
        return [event["type"] for event in events_of(setu)].count("referral.voice.heard.v1")

    referral = opened(setu)
    for _ in range(3):
        setu.say_by_code(referral.card_code, Voice.CALL_BACK)
    assert heard() == 1
    setu.clock.advance(timedelta(minutes=5))
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="no_answer")
    setu.clock.advance(timedelta(minutes=5))
    setu.say_by_code(referral.card_code, Voice.CALL_BACK)
    assert heard() == 2
    assert "asks to be called back" in setu.get(WORKER, f"/inbox/{referral.id}").text
    setu.clock.advance(timedelta(days=1))
    for _ in range(2):
        setu.say_by_code(referral.card_code, Voice.CALL_BACK)
    assert heard() == 3


def test_of_what_a_unit_sent_in_a_day_one_counts_by_name_whoever_of_it_sent_it(setu: ReferralService) -> None:
    for number in range(SHOWN_FROM):
        code = opened(setu, a_person(201 + number, STATION, "officer")).card_code
        for said in (Voice.PRESSED, Voice.BADLY_TREATED):
            setu.say_by_code(code, said)
    year = this_year(setu)
    for said, named in ((Voice.PRESSED, (KOLKATA, STATION)), (Voice.BADLY_TREATED, OF_SAHAYA)):
        assert counts(setu, said) == {(year, *named): 1, (year, *OF_THE_STATE): SHOWN_FROM - 1}, said


def test_one_officer_who_presses_day_by_day_is_not_hidden(setu: ReferralService) -> None:
    say(setu, SHOWN_FROM, Voice.PRESSED)
    assert counts(setu, Voice.PRESSED) == {(this_year(setu), KOLKATA, STATION): SHOWN_FROM}
    assert NAMED_STATION in setu.get(COORDINATOR, "/voices").text


def test_what_is_kept_of_a_unit_holds_no_id_and_no_word_and_matches_no_other_providers(setu: ReferralService) -> None:
    referral = opened(setu)
    setu.say_by_code(referral.card_code, Voice.BADLY_TREATED)
    with setu.worker_db.transaction() as session:
        kept = "".join(session.scalars(text("SELECT v::text FROM voice_sender AS v")))
        digests = session.scalars(select(voice_sender.c.digest)).all()
    ids = [each for known in (OFFICER.account, STATION, SAHAYA) for each in (str(known), known.hex)]
    assert found([referral.id, referral.reference, str(referral.card_code), *ids, *Voice], kept.encode()) == set()
    mac, year = setu.dependencies.voice_sender_mac, this_year(setu)
    others = {mac(OTHER_STATION, SAHAYA, year), mac(STATION, STATION, year), mac(STATION, SAHAYA, 1)}
    assert len({*digests, *others}) == len(digests) + 3


def test_that_a_card_said_it_early_in_a_year_is_forgotten_with_the_year(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.say_by_code(referral.card_code, Voice.BADLY_TREATED)
    before = remembered(setu)
    assert ([row.used for row in senders(setu)], counts(setu)) == ([1], {(this_year(setu), *OF_THE_STATE): 1})

    for _year in range(5):  # somebody works on it for as long
        setu.clock.advance(timedelta(days=365))
        enforce_retention(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())

    assert (senders(setu), before) == ([], 1)
    assert remembered(setu) <= 1, "that it was said at all, until the referral is deleted"
