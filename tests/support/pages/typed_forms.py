"""A walk over the forms of a page: each is filled in and sent by the language switch, and has to come back as it was.

    walk_forms(client, "/members/new")

`client` is a test client that is signed in. Promises: every field but passwords and files is filled in with something
that no page shows by itself; what comes back is in Hindi, with the same values in the same form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

WORDS = {"date": "2031-05-06", "time": "07:08"}
UNFILLED = frozenset({"password", "file", "submit", "button"})


@dataclass
class TypedForm:
    """A form as a browser would see it: where it sends to, and its fields with their kind and the values on offer."""

    action: str
    name: str
    is_plain: bool
    fields: list[tuple[str, str, list[str]]] = field(default_factory=list)
    values: MultiDict[str, str] = field(default_factory=MultiDict)

    @property
    def typed(self) -> MultiDict[str, str]:
        """Something in each field: the last choice of several, each box ticked, a word where one is typed."""
        typed: MultiDict[str, str] = MultiDict()
        for name, kind, offered in self.fields:
            if kind in {"radio", "select"}:
                typed.setlist(name, offered[-1:])
            elif kind in {"checkbox", "hidden"}:
                typed.setlist(name, [*typed.getlist(name), *offered])
            else:
                word = WORDS.get(kind, f"<{name}&")
                typed.setlist(name, [*typed.getlist(name), word])
        return typed

    @property
    def asks(self) -> bool:
        """Whether there is anything in it to fill in."""
        return self.is_plain and any(kind != "hidden" for _name, kind, _offered in self.fields)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.language = path, ""
        self.forms: list[TypedForm] = []
        self._inside = False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = known.get("lang", "")
        elif tag == "form":
            self._inside = known.get("method") == "post"
            if self._inside:
                is_plain = "enctype" not in known
                self.forms.append(TypedForm(known.get("action") or self.path, known.get("id", ""), is_plain))
        elif self._inside:
            self._read(tag, known, dict(attrs))

    def _read(self, tag: str, known: Mapping[str, str], marks: Mapping[str, str | None]) -> None:
        form, name, kind = self.forms[-1], known.get("name", ""), known.get("type", "text")
        if tag == "input" and name and kind not in UNFILLED:
            value, is_box = known.get("value", ""), kind in {"radio", "checkbox"}
            self._offer(name, kind, [value] if is_box or kind == "hidden" else [])
            if not is_box or "checked" in marks:
                form.values.add(name, value)
        elif tag == "select":
            self._select = name
            self._offer(name, "select", [])
        elif tag == "option" and self._select:
            self._offer(self._select, "select", [known.get("value", "")])
            if "selected" in marks:
                form.values.setlist(self._select, [known.get("value", "")])
        elif tag == "textarea":
            self._area = name
            self._offer(name, "textarea", [])
            form.values.add(name, "")

    def _offer(self, name: str, kind: str, values: list[str]) -> None:
        fields = self.forms[-1].fields
        for known, its_kind, offered in fields:
            if known == name and kind in {"radio", "select", "checkbox"} and its_kind == kind:
                offered.extend(values)
                return
        fields.append((name, kind, values))

    def handle_data(self, data: str) -> None:
        if self._area:
            before = self.forms[-1].values.poplist(self._area)
            self.forms[-1].values.setlist(self._area, [*before[:-1], before[-1] + data])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def read_forms(path: str, page: str) -> tuple[str, list[TypedForm]]:
    """The page's language and its forms that send something."""
    reader = _Reader(path)
    reader.feed(page)
    return reader.language, reader.forms


def walk_forms(client: Client, path: str, *, headers: Mapping[str, str] | None = None) -> list[str]:
    """The ids of the forms of this page, each sent by the language switch and found again as it was typed."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status)
    _language, forms = read_forms(path, page.text)
    walked = []
    for form in forms:
        if not form.asks:
            continue
        assert form.name, f"a form of {path} that sends to {form.action} has no id"
        typed = form.typed
        sent = MultiDict([*typed.items(multi=True), ("show_in", "hi")])
        answer = client.post(form.action, data=sent, headers=headers)
        assert answer.status_code in {200, 422}, (form.action, answer.status)
        language, shown = read_forms(path, answer.text)
        again = next((each for each in shown if each.name == form.name), None)
        assert again is not None, (path, form.name)
        assert language == "hi", (path, form.name)
        kept = {name: again.values.getlist(name) for name in typed}
        lost = [(name, values) for name, values in typed.lists() if sorted(kept[name]) != sorted(values)]
        assert lost == [], f"{form.name} of {path}: {lost}"
        assert f'form="{form.name}"' in answer.text, "the switch goes on sending it"
        walked.append(form.name)
        client.set_cookie("setu_lang", "en")
    return walked
