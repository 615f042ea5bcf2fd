"""File uploads in forms: the few pages that accept a file set its limit; other forms stay small.

    @blueprint.post("/prices/upload")
    @require("editor")
    @takes_file(2 * 1024 * 1024)
    def send() -> ResponseReturnValue:
        content = file_in("sheet")

What is larger is read away below the application (`body_deadline`), so that the browser gets to see the page that says
so; far beyond, the connection is cut. The file stays in memory and in the process's own temporary folder, and is gone
with the request.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__setu_largest_file__"
_FORM = 16 * 1024  # what stands around the file: other fields, boundaries
_READ_AWAY = 16  # times the largest file


class FileTooLarge(Exception):
    """The file that was sent is larger than the view takes."""


def takes_file(largest: int) -> Callable[[View], View]:
    """Mark a view of a page: its form may bring files of `largest` bytes in all."""

    def mark(view: View) -> View:
        setattr(view, _MARK, largest)
        return view

    return mark


def file_in(field: str) -> bytes | None:
    """The bytes of the form's file, None where none was chosen. Raises FileTooLarge."""
    if g.get("setu_file_cut"):
        raise FileTooLarge
    sent = request.files.get(field)
    if sent is None or not sent.filename:
        return None
    content: bytes = sent.read()
    if len(content) > _largest():
        raise FileTooLarge
    return content


def make_room() -> bool:
    """Before the form is looked at: whether this view takes files, so that the usual limit does not count.

    A body that is too large even so is not all here; then there is no form to look at (`was_cut`).
    """
    largest = _largest()
    if not largest:
        return False
    most, length = largest + _FORM, request.content_length or 0
    request.max_content_length = most + 1
    if length <= most:
        return True
    g.setu_file_cut = True
    return True


def was_cut() -> bool:
    """Whether the body was too large and is gone, the form with it."""
    return bool(g.get("setu_file_cut"))


def body_limits(app: Flask) -> tuple[int, int]:
    """Bytes of a body that a view of the application may take, and that are read away beyond; 0 without uploads."""
    largest = max((int(getattr(view, _MARK, 0)) for view in app.view_functions.values()), default=0)
    return (largest + _FORM, _READ_AWAY * largest) if largest else (0, 0)


def _largest() -> int:
    return int(getattr(current_app.view_functions.get(request.endpoint or ""), _MARK, 0))
