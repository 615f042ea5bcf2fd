"""Handles, passwords, codes: one spelling each, and nothing that crashes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_service.accounts.domain import (
    handles,
    one_time_codes,
    passwords,
)
from directory_service.accounts.domain.handles import BadHandle
from directory_service.accounts.domain.passwords import WeakPassword
from directory_service.accounts.domain.sign_in import (
    HeldMembership,
    NoMembership,
    NotYourMembership,
    choose,
)
from directory_service.accounts.outside import totp
from directory_service.accounts.outside.password_hashes import (
    hash_password,
    verify_password,
)
from directory_service.accounts.outside.phones import (
    spell,
    to_e164,
)

NOW = datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC)


@given(st.text(max_size=80))
def test_any_text_is_a_handle_in_one_spelling_or_is_refused(text: str) -> None:
    try:
        kind, spelled = spell(text)
    except BadHandle:
        return
    assert spell(spelled) == (kind, spelled)


@pytest.mark.parametrize("typed", ["98000 12345", "+91 98000-12345", "09800012345", "(98000) 12345"])
def test_a_phone_number_has_one_spelling(typed: str) -> None:
    assert to_e164(typed) == "+919800012345"


@pytest.mark.parametrize(
    "typed", ["a@[127.0.0.1]", "a@10.0.0.1", "=a@b.cc", "a@b.cc\u200b", "a@b", "a@-b.cc", "a b@c.dd"]
)
def test_mail_addresses_that_lead_inside_or_hide_a_sign_are_refused(typed: str) -> None:
    with pytest.raises(BadHandle):
        handles.mail(typed)


def test_usual_mail_addresses_are_taken_in_lower_case() -> None:
    assert handles.mail(" Asha.Das+setu@Mail.Example.Org ") == "asha.das+setu@mail.example.org"
    assert handles.mail("a@xn--bcher-kva.example") == "a@xn--bcher-kva.example"


@pytest.mark.parametrize("typed", ["ab", "1abc", "a b c", "ä", "a" * 41, "", "x@"])
def test_bad_user_names(typed: str) -> None:
    with pytest.raises(BadHandle):
        handles.user_name(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("short", "short"),
        ("x" * 129, "long"),
        ("aaaaaaaaaaaaa", "common"),
        ("PASSWORD1234", "common"),
        ("officer.one.2026", "personal"),
    ],
)
def test_weak_passwords(typed: str, reason: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        passwords.check(typed, words=("officer.one",))
    assert refused.value.reason == reason


def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    assert passwords.check("ｍｏｎｓｏｏｎ bridge lantern") == passwords.check("monsoon bridge lantern")
    stored = hash_password("monsoon bridge lantern")
    assert verify_password(stored, "monsoon bridge lantern")
    assert not verify_password(stored, "monsoon bridge lanterns")
    assert not verify_password(None, "monsoon bridge lantern")


@given(st.binary(min_size=96, max_size=96))
def test_a_code_reads_back_as_it_is_printed(random: bytes) -> None:
    code = one_time_codes.spell(random, 12)
    assert len(code) == 12
    assert not set(code) & set("0O1I5S8B")
    assert one_time_codes.canonical_code(one_time_codes.group(code).lower().replace("-", " - ")) == code


@given(st.integers(-3, 3))
def test_a_totp_code_is_right_for_one_step_either_way(drift: int) -> None:
    secret = totp.secret_from(bytes(range(20)))
    code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=30 * drift))
    step = totp.step_of(secret, code, NOW)
    assert (step is not None) == (abs(drift) <= 1)
    if step is not None:
        assert step == int(NOW.timestamp()) // 30 + drift


@given(st.text(max_size=12))
def test_no_text_breaks_the_check_of_a_code(text: str) -> None:
    totp.step_of(totp.secret_from(bytes(range(20))), one_time_codes.canonical_code(text), NOW)


def held(number: int, role: str = "officer", status: str = "active") -> HeldMembership:
    place = UUID(int=100 + number)
    return HeldMembership(
        UUID(int=number), place, "A unit", "police_unit", status, role, (315,), NOW + timedelta(days=number)
    )


def test_the_session_gets_the_membership_asked_for_the_last_one_or_the_first() -> None:
    three = [held(1), held(2), held(3, status="closed")]
    assert choose(three, None, None, has_factor=False).id == UUID(int=1)
    assert choose(three, None, UUID(int=2), has_factor=False).id == UUID(int=2)
    assert choose(three, UUID(int=2), UUID(int=1), has_factor=False).id == UUID(int=2)
    with pytest.raises(NotYourMembership):
        choose(three, UUID(int=3), None, has_factor=False)
    with pytest.raises(NoMembership):
        choose([held(3, status="refused")], None, None, has_factor=False)


def test_what_is_suspended_or_closing_is_finished_by_its_own_people() -> None:
    for standing in ("suspended", "closing"):
        assert choose([held(1, status=standing)], None, None, has_factor=False).id == UUID(int=1)
        body = replace(held(1, "coordinator", standing), organization_kind="coordinating_body")
        with pytest.raises(NoMembership):
            choose([body], None, None, has_factor=False)


def test_without_a_second_factor_a_role_that_needs_none_comes_first() -> None:
    two = [held(1, "custody_health"), held(2, "officer")]
    assert choose(two, None, None, has_factor=False).role == "officer"
    assert choose(two, None, None, has_factor=True).role == "custody_health"
