"""Texts for whoever does not read the screen: the same part of a page in each language of the screens.

Why: what is read out on the phone, a certificate and the notice of a breach go to people, not to the officer.
"""

from collections.abc import Sequence
from typing import Any

from flask import render_template

from service_kit.web.html.i18n import in_language
from setu.languages import SCREEN_LANGUAGES


def in_each_language(template: str, **values: Any) -> Sequence[tuple[str, str]]:
    """(tag, part) of every language, the part rendered in it: markup, escaped where it has to be."""
    spoken = []
    for tag in SCREEN_LANGUAGES:
        with in_language(tag):
            spoken.append((tag, render_template(template, **values)))
    return spoken
