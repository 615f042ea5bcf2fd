"""How long a public answer stays right, told to the kit's `kept_answers`.

What comes from the index is right while the index is at the same commit, and where time counts while the day or the
minute is the same. What comes from the database is right while the index stays where it was *before* the database was
asked, for every change that the public can see moves it within a second; and only while the worker says that it
follows: when it does not, the database is asked each time. Not for what no change of the feed tells of (districts, the
middle of a PIN code).
"""

from directory_service.store.search.folder import NoIndex
from directory_service.use_cases.find_services import Asked, tag_of
from directory_service.use_cases.tools import search_index
from service_kit.web.context import context
from service_kit.web.kept_answers import keep_while


def keep_found(asked: Asked, tag: str, *, clock_matters: bool) -> None:
    """The answer holds what was found in the index, and is right while this is its tag."""
    index, clock = search_index(), context().clock

    def still_right() -> bool:
        try:
            return tag == tag_of(index.snapshot(), asked, clock.now(), clock_matters=clock_matters)
        except NoIndex:
            return False

    keep_while(still_right)


def keep_read() -> None:
    """The answer holds what the database says from now on: call it before the database is asked."""
    index = search_index()
    state = index.followed()
    if state is not None:
        keep_while(lambda: index.followed() == state)
