"""Words that wound stand on no screen, in no message and on no card, of any service.

What these say is read where it is written: the templates, and the English of each catalogue.
"""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from support.pages.words_that_wound import WOUNDS

ROOT = Path(__file__).resolve().parents[2]
PARTS = (ROOT / "libs", ROOT / "services")
TEMPLATES = sorted(path for part in PARTS for path in part.rglob("templates/**/*") if path.is_file())
CATALOGUES = sorted(path for part in PARTS for path in part.rglob("translations/hi/**/*.po"))


def test_no_template_has_one() -> None:
    found = {path.relative_to(ROOT): WOUNDS.findall(path.read_text(encoding="utf-8")) for path in TEMPLATES}

    assert {path: words for path, words in found.items() if words} == {}
    assert {path.relative_to(ROOT).parts[1] for path in TEMPLATES} >= {
        "service_kit",
        "directory_service",
        "referral_service",
        "notification_service",
    }


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.relative_to(ROOT).parts[1])
def test_no_text_that_is_translated_has_one(catalogue: Path) -> None:
    with catalogue.open("rb") as file:
        said = [message.id for message in read_po(file) if message.id]

    texts = [text for each in said for text in (each if isinstance(each, tuple) else (each,))]
    assert texts
    assert [text for text in texts if WOUNDS.search(text)] == []
