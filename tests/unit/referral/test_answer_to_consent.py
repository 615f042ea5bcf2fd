"""What goes with which answer to the consent, by the value and by the schema that loads it."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from marshmallow import ValidationError

from referral_service.api.submission_schema import SubmissionSchema
from referral_service.domain.consent.consent_record import ConsentRecord
from referral_service.domain.consent.consent_texts import FIRST_VERSION
from referral_service.domain.submission import Contact, Person, Submission, answer_faults

CONSENT = ConsentRecord("yes", FIRST_VERSION, "en", interpreted=False, channel="in_person")
PERSON = Person(Contact("none"), "en", "25-34")
OF_YES = Submission("street", 315, ["OST"], CONSENT, PERSON, service_id=UUID(int=1))
OF_CARD = Submission("street", 315, ["OST"], replace(CONSENT, answer="card_only"), card="KOL-0001")
OF_NO = replace(OF_CARD, consent=replace(CONSENT, answer="no"), card=None)


def fields_at_fault(submission: Submission) -> list[str]:
    return [field for field, _ in answer_faults(submission)]


def test_a_yes_with_a_person_and_whom_to_ask_only_the_card_and_a_no_are_taken() -> None:
    of_any = replace(OF_YES, service_id=None, candidates=[UUID(int=1), UUID(int=2)])

    assert [fields_at_fault(each) for each in (OF_YES, of_any, OF_CARD, OF_NO)] == [[]] * 4


def test_a_yes_needs_a_person_and_either_one_service_or_candidates() -> None:
    assert fields_at_fault(replace(OF_YES, person=None, service_id=None)) == ["person", "service_id"]
    assert fields_at_fault(replace(OF_YES, candidates=[UUID(int=2)])) == ["candidates"]


@pytest.mark.parametrize("without_a_yes", [OF_CARD, OF_NO])
@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("person", PERSON),
        ("urgent", ["OVERDOSE_RISK"]),
        ("expected_release", date(2026, 3, 2)),
        ("notes", "Tall"),
    ],
)
def test_without_a_yes_nothing_about_a_person_is_taken(without_a_yes: Submission, field: str, said: object) -> None:
    assert fields_at_fault(replace(without_a_yes, **{field: said})) == [field]  # type: ignore[arg-type]  # one type each


def test_no_card_goes_with_a_no() -> None:
    assert fields_at_fault(replace(OF_NO, card="KOL-0001")) == ["card"]


def test_the_schema_names_the_first_field_at_fault_and_one_that_is_wrong_by_itself_before_it() -> None:
    consent = {"answer": "yes", "version": FIRST_VERSION, "language": "en", "interpreted": False}
    body = {"setting": "street", "district": 315, "needs": ["OST"], "consent": {**consent, "channel": "in_person"}}

    with pytest.raises(ValidationError) as lacking:
        SubmissionSchema().load(body)
    with pytest.raises(ValidationError) as wrong:
        SubmissionSchema().load({**body, "setting": "elsewhere"})

    assert lacking.value.messages == {"person": ["Needed after yes."]}
    assert wrong.value.messages == {"setting": ["Not one of the codes."]}
