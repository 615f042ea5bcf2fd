"""What a form of the board or of a breach has in common: districts, an id that is sent once, with a name or without."""

from collections.abc import Sequence
from contextlib import suppress
from random import SystemRandom
from typing import Any
from uuid import UUID, uuid4

from flask import request

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.sealed_posts import COVER, new_post
from directory_service.partnership.pages.meeting_words import district_name
from directory_service.partnership.use_cases.board.limit_unnamed_posts import UnnamedPostLimit
from directory_service.partnership.use_cases.board.seal_unnamed_post import NoBoardKey, seal_unnamed_post
from service_kit.errors import TooMany
from service_kit.web.access.require import principal
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import asked_to_show
from service_kit.web.html.i18n import gettext as _
from setu.india import day_in_india

NAMED, UNNAMED = "named", "unnamed"
_HOUR = 3600  # seconds


def shown_again_before() -> bool:
    """Whether the language switch sent the form itself, not the page that says what is kept: nothing is done then."""
    return asked_to_show() and not (request.form.get("accepted") == "yes" and request.form.get("author") == UNNAMED)


def is_accepted() -> bool:
    """Whether the page that says what is kept was read and sent on; the language switch only shows it again."""
    return request.form.get("accepted") == "yes" and not asked_to_show()


def typed_uuid4(name: str) -> UUID:
    """The id in a field; another one where it is none, or tells a time."""
    try:
        found = UUID(request.form.get(name, ""))
    except ValueError:
        return uuid4()
    return found if found.version == 4 else uuid4()


def typed_district() -> int:
    """The district that was chosen, or the only one; 0 where none was."""
    typed, own = request.form.get("district", ""), principal().districts
    found = [each for each in own if str(each) == typed]
    if found:
        return found[0]
    return own[0] if len(own) == 1 else 0


def district_choices(districts: Sequence[District]) -> list[tuple[int, str]]:
    """Codes and names for a field."""
    return [(each.code, district_name(each)) for each in districts]


def author_choices(named: str, unnamed: str) -> list[tuple[str, str, str]]:
    """With a name, or without an author; `named` and `unnamed` say what each means."""
    return [(NAMED, _("With a name"), named), (UNNAMED, _("Without an author"), unnamed)]


def send_cover() -> None:
    """Write a row like that of a post: whoever opens the form, or posts with a name, leaves the same in the tables."""
    with suppress(NoBoardKey):
        seal_unnamed_post(context().db, new_post(COVER, {}, str(uuid4()), SystemRandom()))


def send_unnamed(kind: str, content: dict[str, Any]) -> None:
    """Seal it for the worker. Raises TooMany; NoBoardKey."""
    today = day_in_india(context().clock.now())
    if not dependency(UnnamedPostLimit).admits(principal().account, today):
        raise TooMany(_HOUR)
    seal_unnamed_post(context().db, new_post(kind, content, str(typed_uuid4("once")), SystemRandom()))
