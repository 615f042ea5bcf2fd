"""Site: what the screens of all three services share; each hands it to the kit when it builds its application."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from setu.helplines import HELPLINES, Helpline
from setu.india import INDIA
from setu.languages import SCREEN_LANGUAGES
from setu.navigation import FRAME, MENU, SEALED_COOKIES, Item
from setu.roles import TITLES


@dataclass(frozen=True)
class Site:
    """Languages by tag, the time zone of all times shown, the menu, the frame's pages, the sealed cookies, the roles.

    And the helplines. `role_titles` are English and marked.
    """

    languages: Mapping[str, str]
    time_zone: ZoneInfo
    menu: Sequence[Item]
    frame: Mapping[str, tuple[str, str]]
    sealed_cookies: Mapping[str, tuple[str, str]]
    role_titles: Mapping[str, str]
    helplines: Mapping[str, Helpline]


SITE = Site(SCREEN_LANGUAGES, INDIA, MENU, FRAME, SEALED_COOKIES, TITLES, HELPLINES)
