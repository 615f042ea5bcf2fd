"""How much sending a referral asks of the database: a few statements beside BEGIN and COMMIT, whoever sends it."""

import re

from support.kit.statements import statements_of
from support.referral import NURSE, ReferralService

MOST = 6  # the revocation list, the scope, the claim of the key, the services, all rows in one; and one more


def test_an_officers_referral_costs_five_statements(setu: ReferralService) -> None:
    with statements_of(setu) as seen:
        setu.sent()

    assert len(seen) == 5 <= MOST, seen


def test_psycopg_remembers_how_it_read_the_statement_of_an_officers_rows(setu: ReferralService) -> None:
    """It reads a longer one anew each time, as it does that of a nurse, who has a row more."""
    for needs in (["OST"], ["OST", "OD"], ["OST", "OD", "SHELTER"]):
        with statements_of(setu) as seen:
            setu.sent(needs=needs)

        assert len(set(re.findall(r"%\((\w+)\)s", seen[-1]))) <= 50, needs
        assert len(seen[-1]) <= 4096, needs


def test_a_printed_card_costs_one_more(setu: ReferralService) -> None:
    [card] = setu.cards()
    with statements_of(setu) as seen:
        setu.sent(card=card.number)

    assert len(seen) == MOST, seen


def test_a_referral_from_custody_costs_no_more(setu: ReferralService) -> None:
    with statements_of(setu) as seen:
        setu.sent(NURSE, setting="prison")

    assert len(seen) == MOST - 1, seen


def test_a_repeated_request_only_reads(setu: ReferralService) -> None:
    setu.submit(key="the-same")
    with statements_of(setu) as seen:
        assert setu.submit(key="the-same").status_code == 201

    assert len(seen) == 5, seen
