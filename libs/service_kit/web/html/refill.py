"""Form refill: HTML of a page whose form is filled in once more with what was sent (as `htmlfill` of FormEncode does).

Why: a page knows how to show its form, yet not what somebody typed since; in another language it shall say the same.
Promises: only the form that sends to `action` changes; passwords and files are never filled in.
When not to use it: for a form whose rows come and go with what was typed; its view shows it again (`shows_again`).
"""

import html
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

_NEVER = frozenset({"password", "file", "submit", "button", "image", "reset"})
_TICKED = frozenset({"checkbox", "radio"})
_Attributes = Mapping[str, str | None]


def find_form(page: str, page_path: str, action: str) -> str:
    """The id of the form of the page that sends fields (no file) to `action`; empty without one."""
    reader = _FormReader(page, page_path, action)
    return reader.form_id


def refill(page: str, page_path: str, action: str, sent: MultiDict[str, str]) -> str:
    """The page with `sent` in the form that sends to `action`. Both are paths; without one a form sends to its page."""
    return _FormReader(page, page_path, action, sent).filled()


class _FormReader(HTMLParser):
    def __init__(self, page: str, page_path: str, action: str, sent: MultiDict[str, str] | None = None) -> None:
        super().__init__()
        self._page, self._page_path, self._action = page, page_path, action
        self._sent = sent
        self._left: dict[str, list[str]] = {}
        self._lines = [0, *(at + 1 for at, letter in enumerate(page) if letter == "\n")]
        self._edits: list[tuple[int, int, str]] = []
        self._inside = False
        self._chosen: Sequence[str] | None = None
        self._text: tuple[int, str] | None = None
        self.form_id = ""
        self.feed(page)
        self.close()

    def filled(self) -> str:
        """The page with every edit made."""
        parts, at = [], 0
        for start, end, text in self._edits:
            parts += [self._page[at:start], text]
            at = end
        return "".join([*parts, self._page[at:]])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known: dict[str, str | None] = dict(attrs)
        if tag == "form":
            self._inside = self._is_meant(known)
            self.form_id = self.form_id or (known.get("id") or "" if self._inside else "")
        elif self._inside and self._sent is not None:
            self._fill(tag, known, self._sent)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            (start, text), self._text = self._text, None
            self._edits.append((start, self._offset(), html.escape(text)))
        elif tag == "select":
            self._chosen = None
        elif tag == "form":
            self._inside = False

    def _is_meant(self, form: _Attributes) -> bool:
        path = urlsplit(form.get("action") or self._page_path).path
        plain = (form.get("enctype") or "").partition("/")[0] != "multipart"
        return (form.get("method") or "").lower() == "post" and plain and path == self._action

    def _fill(self, tag: str, known: dict[str, str | None], sent: MultiDict[str, str]) -> None:
        name, kind = known.get("name") or "", known.get("type") or "text"
        if tag == "input" and name and kind in _TICKED:
            self._mark(tag, known, "checked", is_set=_value_of(known) in sent.getlist(name))
        elif tag == "input" and name in sent and kind not in _NEVER:
            self._put(tag, known | {"value": self._next(name, sent)})
        elif tag == "select" and name in sent:
            self._chosen = sent.getlist(name)
        elif tag == "option" and self._chosen is not None:
            self._mark(tag, known, "selected", is_set=(known.get("value") or "") in self._chosen)
        elif tag == "textarea" and name in sent:
            self._text = (self._offset() + len(self.get_starttag_text() or ""), self._next(name, sent))

    def _next(self, name: str, sent: MultiDict[str, str]) -> str:
        """The sent value of the name's next field: several fields may have one name."""
        left = self._left.setdefault(name, list(sent.getlist(name)))
        return left.pop(0) if left else ""

    def _mark(self, tag: str, known: dict[str, str | None], mark: str, *, is_set: bool) -> None:
        rest = {name: value for name, value in known.items() if name != mark}
        self._put(tag, rest | {mark: None} if is_set else rest)

    def _put(self, tag: str, attributes: _Attributes) -> None:
        start, before = self._offset(), self.get_starttag_text() or ""
        said = "".join(
            f" {name}" if value is None else f' {name}="{html.escape(value)}"' for name, value in attributes.items()
        )
        self._edits.append((start, start + len(before), f"<{tag}{said}>"))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _value_of(box: _Attributes) -> str:
    value = box.get("value")
    return "on" if value is None else value
