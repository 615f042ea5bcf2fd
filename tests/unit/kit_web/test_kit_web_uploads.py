"""A page that takes a file takes it up to its limit; what is larger it can still answer in words of its own."""

import io

import pytest
from flask import Blueprint, request

from service_kit.web.access.require import public
from service_kit.web.uploads import FileTooLarge, file_in, takes_file
from support.web import a_web

LARGEST = 400_000


def _pages() -> Blueprint:
    blueprint = Blueprint("file", __name__)

    @blueprint.post("/file")
    @public
    @takes_file(LARGEST)
    def sent() -> tuple[str, int]:
        try:
            content = file_in("sheet")
        except FileTooLarge:
            return "larger than we take", 413
        return f"{'nothing' if content is None else len(content)} {request.form.get('note', '')}", 200

    return blueprint


WEB = a_web(pages=[_pages()])


def post(size: int, note: str = "kept") -> tuple[int, str]:
    data = {"sheet": (io.BytesIO(b"x" * size), "sheet.csv"), "note": note}
    answer = WEB.client().post("/file", data=data, content_type="multipart/form-data")
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("size", "answer"),
    [
        (0, (200, "0 kept")),
        (LARGEST, (200, f"{LARGEST} kept")),
        (LARGEST + 1, (413, "larger than we take")),
        (LARGEST * 5, (413, "larger than we take")),
        (LARGEST * 40, (413, "larger than we take")),
    ],
)
def test_a_file_is_taken_up_to_its_limit_and_the_page_says_what_is_wrong(size: int, answer: tuple[int, str]) -> None:
    assert post(size) == answer


def test_a_form_without_a_file_is_a_form() -> None:
    answer = WEB.client().post("/file", data={"note": "kept"}, content_type="multipart/form-data")

    assert answer.text == "nothing kept"


def test_other_fields_of_such_a_form_stay_small_and_storable() -> None:
    assert post(10, "x" * 300_000)[0] == 413
    assert post(10, "a\0b")[0] == 400
