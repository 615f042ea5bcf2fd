"""Each form that asks for something has an id, which the language switch sends it by (`form_in_other_language.py`)."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORM = re.compile(r"<form\b((?:\{\{.*?\}\}|[^>])*)>(.*?)</form>", re.DOTALL)
ASKS = re.compile(r"(?:field_\w+|_field|radios|checkboxes|checkbox|fields)\(|<select|<textarea|<input(?![^>]*hidden)")
WITHOUT = {
    "find_help.html": "the search stands in a sealed cookie, in any language",
    "factor_show.html": "a secret that is shown once",
    "training_preview.html": "the file again, as it was read",
}


def test_a_form_that_asks_for_something_has_an_id() -> None:
    found = {
        page.name: [attributes for attributes, body in FORM.findall(page.read_text()) if _asks(attributes, body)]
        for page in ROOT.glob("services/*/**/templates/**/*.html")
        if page.name not in WITHOUT
    }
    assert sum(map(len, found.values())) > 50
    without = {name: forms for name, forms in found.items() if any(" id=" not in each for each in forms)}
    assert without == {}, 'give the form an id: <form id="form-grant" …>'


def _asks(attributes: str, body: str) -> bool:
    return 'method="post"' in attributes and "multipart" not in attributes and ASKS.search(body) is not None
