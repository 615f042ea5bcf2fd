"""How long a public answer stays right, told to the kit's `kept_answers`.

What comes from the index is right while the index is at the same commit, and where time counts while the day or the
minute is the same. What comes from the database is right while the index stays where it was *before* the database was
asked, for every change that the public can see moves it within a second; and only while the worker says that it
follows: when it does not, the database is asked each time. Not for what no change of the feed tells of (districts, the
middle of a PIN code).
"""

from collections.abc import Callable

from directory_service.store.search.folder import NoIndex
from directory_service.store.search.reader import SearchIndex
from directory_service.use_cases.find_services import Asked, tag_of
from directory_service.use_cases.tools import search_index
from service_kit.clock import Clock
from service_kit.web.kept_answers import keep_while

StillRight = Callable[[], bool]


def while_found(index: SearchIndex, clock: Clock, asked: Asked, tag: str, *, clock_matters: bool) -> StillRight:
    """An answer that holds what was found in the index is right while this is its tag."""

    def still_right() -> bool:
        try:
            return tag == tag_of(index.snapshot(), asked, clock.now(), clock_matters=clock_matters)
        except NoIndex:
            return False

    return still_right


def keep_read() -> None:
    """The answer holds what the database says from now on: call it before the database is asked."""
    index = search_index()
    state = index.followed()
    if state is not None:
        keep_while(lambda: index.followed() == state)
