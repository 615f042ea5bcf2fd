"""`GET /api/services` below the application: what the view answers, for any query of its address.

Most who ask for many pages ask for pages of one search, so what an address says apart from the page is read once and
remembered by its text. Whatever is not plainly right here raises, and the view answers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from directory_service.api.finding_parameters import FindingParameters, asked_of, which_of
from directory_service.api.found_answer import SearchAddress, found_body, found_headers, search_address
from directory_service.api.staying_right import while_found
from directory_service.store.search.reader import SearchIndex
from directory_service.use_cases.find_services import Asked, changed_at, find_services, tag_of
from service_kit.clock import Clock
from service_kit.recent import Recent
from service_kit.web.direct_answers import DirectAnswer
from service_kit.web.last_modified import time_told
from service_kit.web.parsing import read_query

_KEPT_BYTES = 2_000_000
_BESIDE, _LETTER = 6_000, 60  # bytes that a search takes when it is read, at most, and those of each letter in it
_PAGE = re.compile(r"(page)=([1-9][0-9]{0,5})|(cursor)=([A-Za-z0-9_-]{1,1000})")


class ServicesQuery(FindingParameters):  # type: ignore[misc,valid-type]  # made by from_dict
    """The parameters in the address."""


class ForTheView(ValueError):
    """Not plainly a page of services."""


@dataclass(frozen=True)
class _Said:
    """What an address says apart from the page. `asked` is None where it depends on the time of asking."""

    query: Mapping[str, Any]
    which: str
    address: SearchAddress
    asked: Asked | None


class DirectServices:
    """Makes the answer for a query string."""

    def __init__(self, index: SearchIndex, clock: Clock, directory_url: str, path: str) -> None:
        self._index, self._clock, self._read = index, clock, Recent[str, _Said](_KEPT_BYTES)
        self._address_of = partial(search_address, directory_url, path)

    def __call__(self, query_string: str) -> DirectAnswer:
        """Raises ForTheView, or what the view answers with a problem."""
        search, page = _apart(query_string)
        said = self._read.get(search)
        if said is None:
            said = self._said(search)
            self._read.put(search, said, _BESIDE + _LETTER * len(search))
        now, clock_matters = self._clock.now(), said.asked is None
        asked = replace(said.asked or asked_of(said.query, now), **page)
        snapshot = self._index.snapshot()
        tag = tag_of(snapshot, asked, now, clock_matters=clock_matters)
        found = find_services(snapshot, asked, now)
        headers = [("ETag", f'"{tag}"'), *found_headers(found, asked, said.address)]
        if told := time_told(changed_at(snapshot, asked, now, clock_matters=clock_matters), now):
            headers.append(("Last-Modified", told))
        body = found_body(snapshot.answers(found.hits, said.which), found, asked)
        still_right = while_found(self._index, self._clock, asked, tag, clock_matters=clock_matters)
        return DirectAnswer(body, headers, still_right)

    def _said(self, search: str) -> _Said:
        # as Flask reads them
        parameters = MultiDict(parse_qsl(search, keep_blank_values=True, errors="werkzeug.url_quote"))
        query = read_query(ServicesQuery, parameters)
        if query["format"] != "json" or "page" in parameters or "cursor" in parameters:
            raise ForTheView
        asked = None if query.get("open_now") else asked_of(query, self._clock.now())
        return _Said(query, which_of(query), self._address_of(parameters.to_dict()), asked)


def _apart(query_string: str) -> tuple[str, dict[str, Any]]:
    """What the address says of the search, and which page it asks for."""
    page: dict[str, Any] = {}
    rest = []
    for part in query_string.split("&"):
        if not part.startswith(("page=", "cursor=")):
            rest.append(part)
            continue
        said = _PAGE.fullmatch(part)
        name = said and (said[1] or said[3])
        if said is None or name in page:
            raise ForTheView
        page[str(name)] = int(said[2]) if said[2] else said[4]
    search = "&".join(rest)
    if not search.isascii():
        raise ForTheView
    return search, page
