"""The one table from error types to problem documents: nothing that a use case raises is left without an answer."""

import pytest

from service_kit.errors import (
    ClientError,
    FieldError,
    Invalid,
    NotFound,
    TooMany,
)
from service_kit.web.problems import PROBLEM_OF, WORDS, Problem, problem_of


@pytest.mark.parametrize("kind", sorted(set(ClientError.__subclasses__()) - {Problem}, key=lambda kind: kind.__name__))
def test_every_error_type_has_a_status_and_words(kind: type[ClientError]) -> None:
    status, slug = PROBLEM_OF[kind]

    assert 400 <= status < 500
    assert slug in WORDS


def test_an_error_of_a_service_is_answered_as_its_base() -> None:
    class NoSuchCard(NotFound):
        """There is no such card."""

    assert problem_of(NoSuchCard()).document() == problem_of(NotFound()).document()


def test_fields_and_detail_stand_in_the_document() -> None:
    document = problem_of(Invalid(FieldError("card", "Not an unused card."), detail="Look at the card.")).document()

    assert document["detail"] == "Look at the card."
    assert document["errors"] == [{"field": "card", "detail": "Not an unused card."}]
    assert document["type"] == "/problems/invalid"


def test_too_many_tries_say_when_to_come_back() -> None:
    assert problem_of(TooMany(0)).headers == {"Retry-After": "1"}
    assert problem_of(TooMany(30)).headers == {"Retry-After": "30"}
