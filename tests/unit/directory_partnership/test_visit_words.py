"""A hosted visit is called by one word in each language, in titles, lists, buttons and the log alike."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import directory_service
from directory_service.partnership.domain.agreement_clauses import CLAUSES

WORDS = {"hi": "दौर", "bn": "পরিদর্শন"}
OTHER_VISITS = {"Visits people in custody"}
"""Of a person, and what was signed, which is never changed."""


@pytest.mark.parametrize("language", WORDS)
def test_a_hosted_visit_has_one_name(language: str) -> None:
    path = Path(directory_service.__file__).parent / "translations" / language / "LC_MESSAGES" / "messages.po"
    signed = {clause for clauses in CLAUSES.values() for clause in clauses}
    with path.open("rb") as file:
        texts = {str(each.id): str(each.string) for each in read_po(file) if isinstance(each.id, str)}
    of_visits = {text for text in texts if re.search(r"\bvisits?\b", text, re.IGNORECASE)} - signed - OTHER_VISITS

    assert len(of_visits) > 10
    assert {text: texts[text] for text in of_visits if WORDS[language] not in texts[text]} == {}
