"""The form's pure rules: what rests on what, and what may be said about a person."""

from dataclasses import replace

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral_service.domain.consent import consent_texts
from referral_service.domain.form_body import body
from referral_service.domain.form_state import STEPS, FormState
from referral_service.domain.person_rules import methods_for
from service_kit.phone_numbers import BadNumber, in_groups, plain_number, read_phone_number
from setu.need_pictures import NEED_PICTURES
from setu.needs import NEEDS, may_pick, refused
from setu.phone_words import HOME_REGION

PLACE = {"setting": "station", "district": "315", "needs": ["OST"]}
WHO = {"service": "00000000-0000-0000-0000-000000000001"}
YES = {
    "version": consent_texts.CURRENT_VERSION,
    "answer": "yes",
    "language": "hi",
    "interpreted": "no",
    "channel": "in_person",
    "another": "yes",
}
PERSON = {"method": "phone", "number": "9876543210", "language": "hi", "age_band": "25-34", "name": "Asha"}


def answered_up_to(step: str) -> FormState:
    state = FormState("key")
    for name, values in {"place": PLACE, "who": WHO, "consent": YES, "person": PERSON}.items():
        state = state.answered(name, values)  # type: ignore[arg-type]  # given by keyword, one type each
        if name == step:
            break
    return state


def test_a_form_keeps_its_id_whatever_is_answered_and_no_other_has_it_nor_tells_it_the_key() -> None:
    begun, filled_in, other = FormState("key"), answered_up_to("person"), FormState("another key")
    assert begun.form_id == filled_in.form_id != other.form_id
    assert "key" not in begun.form_id


def test_the_first_page_alone_is_also_where_the_form_was_begun() -> None:
    own, begun_elsewhere = FormState("key"), FormState("key", alias="earlier").answered("place", PLACE)  # type: ignore[arg-type]  # given by keyword, one type each

    assert [begun_elsewhere.has_page("earlier", step) for step in STEPS] == [True, False, False, False, False]
    assert all(begun_elsewhere.has_page(own.form_id, step) for step in STEPS)
    assert not any(own.has_page(form_id, step) for form_id in ("earlier", "") for step in STEPS)


@pytest.mark.parametrize("step", ["place", "who", "consent", "person"])
def test_a_page_is_taken_until_another_one_is_answered_and_its_own_answer_may_come_twice(step: str) -> None:
    before = FormState("key") if step == "place" else answered_up_to(STEPS[STEPS.index(step) - 1])
    first, second = before.page_mark("00000001"), before.page_mark("00000002")
    after = replace(answered_up_to(step), last_page=before.taken_from(first).last_page)

    assert before.takes(first)
    assert before.takes(second)
    assert after.takes(first)
    assert not after.takes(second)
    assert not after.takes("")
    assert not answered_up_to(step).takes("")


def test_another_service_drops_the_consent_and_keeps_the_person() -> None:
    state = answered_up_to("person").answered("who", {"candidates": ["x"]})
    assert state.next_step() == "consent"
    assert state.values("consent") == {}
    assert state.values("person") == PERSON


def test_another_need_drops_who_was_chosen_and_the_consent() -> None:
    state = answered_up_to("person").answered("place", {**PLACE, "needs": ["LEGAL"]})
    assert state.next_step() == "who"
    assert not state.may_show("consent")


def test_the_same_answer_again_drops_nothing() -> None:
    state = answered_up_to("person")
    assert state.answered("place", PLACE).next_step() == "review"  # type: ignore[arg-type]  # given by keyword, one type each


def test_a_childs_service_asked_for_after_the_person_leads_back_to_who_agrees_for_the_child() -> None:
    state = answered_up_to("person").answered("place", {**PLACE, "needs": ["CHILD"]})

    state = state.answered("who", WHO).answered("consent", YES)  # type: ignore[arg-type]  # given by keyword, one type each
    assert state.next_step() == "person"

    state = state.answered("person", {**PERSON, "authority": "guardian"})
    assert state.next_step() == "review"
    assert body(state, candidates=[])["consent"]["authority"] == "guardian"  # type: ignore[index]  # a dict in a body of objects


def test_a_childs_service_that_is_asked_for_no_more_leaves_no_authority_behind() -> None:
    state = answered_up_to("consent").answered("place", {**PLACE, "needs": ["CHILD"]})
    state = state.answered("person", {**PERSON, "authority": "guardian"})

    state = state.answered("place", PLACE).answered("who", WHO).answered("consent", YES)  # type: ignore[arg-type]  # given by keyword, one type each

    assert state.next_step() == "review"
    assert "authority" not in body(state, candidates=[])["consent"]  # type: ignore[operator]  # a dict in a body of objects


@given(st.sets(st.sampled_from(STEPS)), st.sampled_from(["", "yes", "no", "card_only"]))
def test_the_next_step_may_be_shown_whatever_is_done_so_no_page_leads_to_itself(done: set[str], answer: str) -> None:
    steps = {"consent": {**YES, "answer": answer}} if answer else {}
    state = FormState("key", steps, frozenset(done))

    assert state.may_show(state.next_step())


@pytest.mark.parametrize("answer", ["no", "card_only"])
def test_without_a_yes_nothing_about_a_person_can_be_typed_or_sent(answer: str) -> None:
    state = answered_up_to("person").answered("consent", {**YES, "answer": answer})  # type: ignore[dict-item]  # answers of several types
    assert not state.may_show("person")
    assert not state.may_show("review")
    assert not {"person", "urgent", "card", "notes", "expected_release"} & set(body(state, candidates=[]))


def test_a_form_of_before_versions_was_read_the_first_text() -> None:
    old = {name: value for name, value in YES.items() if name != "version"}
    answered = answered_up_to("person").answered("consent", old)  # type: ignore[arg-type]  # given by keyword, one type each
    sent = body(answered, candidates=[])
    assert sent["consent"]["version"] == consent_texts.FIRST_VERSION  # type: ignore[index]  # a JSON body


def test_a_yes_makes_the_body_of_the_contract() -> None:
    sent = body(answered_up_to("person"), candidates=[])
    assert sent["service_id"] == WHO["service"]
    assert sent["consent"] == {
        "answer": "yes",
        "version": consent_texts.CURRENT_VERSION,
        "language": "hi",
        "interpreted": False,
        "channel": "in_person",
        "another_service": True,
    }
    assert sent["person"] == {
        "contact": {"method": "phone", "value": "9876543210"},
        "language": "hi",
        "age_band": "25-34",
        "name": "Asha",
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("98765 43210", "9876543210"),
        ("+91 (98765)-43210", "+919876543210"),
        ("৯৮৭৬৫৪৩২১০", "9876543210"),
        ("९८७६५४३२१०", "9876543210"),
        ("12", None),
        ("call me", None),
        ("98765+43210", None),
        ("", None),
    ],
)
def test_a_number_is_kept_as_plain_digits_whatever_the_script(typed: str, kept: str | None) -> None:
    assert plain_number(typed) == kept


@given(
    st.from_regex(r"(\+91|0|91|\+)?[0-9]{7,13}", fullmatch=True)
    | st.from_regex(r"(\+91|0)?[6-9][0-9]{9}", fullmatch=True)
)
def test_a_number_is_read_as_the_library_reads_it(typed: str) -> None:
    try:
        number = phonenumbers.parse(typed, "IN")
    except phonenumbers.NumberParseException:
        meant = None
    else:
        as_e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        meant = as_e164 if phonenumbers.is_valid_number(number) else None

    assert read_or_none(typed) == meant


def read_or_none(typed: str) -> str | None:
    try:
        return read_phone_number(typed, home=HOME_REGION)
    except BadNumber:
        return None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("98310 12", "mobile_length"),
        ("983101234", "mobile_length"),
        ("98310 123456", "mobile_length"),
        ("+91 98310 1234", "mobile_length"),
        ("2345 6789", "no_area_code"),
        ("5555 010 101", "no_area_code"),
        ("+880 12", "no_number"),
        ("+880 12345", "other_country"),
        ("call me", "no_number"),
        ("9" * 30, "no_number"),
        ("98300 12345" + " " * 40, "no_number"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadNumber) as refused:
        read_phone_number(typed, home=HOME_REGION)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("98300 12345", "+919830012345"),
        ("098300-12345", "+919830012345"),
        ("(033) 2345 6789", "+913323456789"),
        ("+880 1712-345678", "+8801712345678"),
        ("৯৮৩০০ ১২৩৪৫", "+919830012345"),
    ],
)
def test_a_number_that_can_be_rung_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert read_phone_number(typed, home=HOME_REGION) == kept


def test_nobody_is_visited_in_custody_who_was_met_on_the_street() -> None:
    assert "visit_in_custody" not in methods_for("street")
    assert all("visit_in_custody" in methods_for(setting) for setting in ("station", "court", "prison"))


def test_police_cannot_pick_what_reveals_a_diagnosis() -> None:
    picked = "OST OD TESTING DETOX COUNS DIC WOMEN MATERNAL CHILDCARE CHILD SHELTER LEGAL RELEASE"
    assert [need.code for need in may_pick("officer")] == picked.split()
    assert refused(["OST", "ART", "NONSENSE"], "officer") == {"ART", "NONSENSE"}
    assert not refused([need.code for need in NEEDS], "custody_health")


def test_a_number_is_shown_in_the_groups_in_which_people_say_it() -> None:
    assert [in_groups(number) for number in ("+919876543210", "+913322271234", "Ward 3")] == [
        *("+91 98765 43210", "+91 33 2227 1234", "Ward 3"),
    ]


def test_each_need_has_its_picture() -> None:
    assert set(NEED_PICTURES) == {need.code for need in NEEDS}
    assert len(set(NEED_PICTURES.values())) == len(NEED_PICTURES)
