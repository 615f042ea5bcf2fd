"""Site: what the screens of all services share, handed to `build_app`: languages, time zone, menu, frame, helplines.

The kit knows the shape alone. Addresses come from the settings, because a service can be reached elsewhere in every
installation.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import tzinfo
from typing import Protocol
from urllib.parse import urlencode

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from service_kit.web.context import context

NEUTRAL_PAGE = "https://mausam.imd.gov.in/"  # the weather: what anybody may be looking at


class MenuItem(Protocol):
    """A link of the menu: its text, the service that has it, the path there, the roles that see it (None: everybody).

    `counted` is what the number beside the text counts (`menu_counts`).
    """

    @property
    def text(self) -> str:
        """English, marked for translation."""
        ...

    @property
    def open_while_pending(self) -> bool:
        """Whether somebody whose organisation is pending sees it."""
        ...

    @property
    def service(self) -> str:
        """The service's short name, as the settings' `addresses` have it."""
        ...

    @property
    def path(self) -> str:
        """Path below the service's address."""
        ...

    @property
    def roles(self) -> Collection[str] | None:
        """Who sees it."""
        ...

    @property
    def counted(self) -> str:
        """What the number beside it counts, in English; empty where nothing is counted."""
        ...


class Helpline(Protocol):
    """A number that is answered when no service is: what a phone dials, and what it is for."""

    @property
    def number(self) -> str:
        """Digits."""
        ...

    @property
    def words(self) -> str:
        """What it is for, as anybody may read it; English, marked for translation."""
        ...

    @property
    def private_words(self) -> str:
        """The same for whoever reads alone; empty where nothing else is said."""
        ...


class Site(Protocol):
    """Languages by tag (each by its own name), the time zone of times shown, the menu, the frame, the roles' titles.

    And the sealed cookies, since signing out at one service throws away what each had sealed in the browser.
    `frame` holds what every page leads to, as service and path: "home", "public home", "sign in", "second factor",
    "signed in", "sign out", "leave", "change role", "account", "read about", "invitations", "count invitations",
    "count returned", "privacy". `helplines` holds what pages list, and "ambulance" and "dependence" for the footer.
    """

    @property
    def languages(self) -> Mapping[str, str]:
        """Language tag → its own name."""
        ...

    @property
    def time_zone(self) -> tzinfo:
        """The zone in which days begin and times are shown."""
        ...

    @property
    def menu(self) -> Sequence[MenuItem]:
        """The links of the header, in order."""
        ...

    @property
    def frame(self) -> Mapping[str, tuple[str, str]]:
        """What a page is for → service and path."""
        ...

    @property
    def sealed_cookies(self) -> Mapping[str, tuple[str, str]]:
        """Name of a sealed cookie → the service that has it, and the path below which it is sent."""
        ...

    @property
    def role_titles(self) -> Mapping[str, str]:
        """Role → its English title."""
        ...

    @property
    def helplines(self) -> Mapping[str, Helpline]:
        """What a line is for → the line, in the order in which pages list them."""
        ...


def site() -> Site:
    """Return the site of the running application; raises RuntimeError outside of a request or app context."""
    found: Site = current_app.extensions["setu_site"]
    return found


def url_of(service: str, path: str) -> str:
    """Return the public address of a page of one of the services: `url_of("orders", "/new")`."""
    return f"{context().settings.addresses[service]}{path}"


def frame_url(name: str) -> str:
    """Return the address of one of the frame's pages. Raises KeyError for a name that the frame has not."""
    return url_of(*site().frame[name])


def new_window_url(name: str = "sign in") -> str:
    """Return the same for a link that opens a new window beside a form: afterwards that one says to close it."""
    return f"{frame_url(name)}?{urlencode({'next': frame_url('signed in')})}"


def own_base() -> str:
    """Return the public base URL of this service, without a trailing slash."""
    return url_of(context().settings.service, "")


def here() -> str:
    """Return this page's public address, without its query."""
    return f"{own_base()}{request.path}"


def nearest_page() -> str:
    """Return the path of the page that this address belongs to: what lies above it, as far as it can be read.

    An address that only takes forms comes to be read when somebody reloads it from the address bar, or comes back to
    it after a change of language.
    """
    adapter = current_app.create_url_adapter(request)
    path = request.path.rstrip("/")
    while path and adapter is not None:
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return f"{request.script_root}{path}"
    return f"{request.script_root}/"
