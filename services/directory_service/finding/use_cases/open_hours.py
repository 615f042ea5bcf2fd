"""Cache of which of the index's different opening hours are open at a moment.

The index keeps a service's rules as one value, and few values are different. All of them are looked at once for each
commit of the index and minute (or day), whoever asks in it; so the answer is right to the minute, for every kind of
rule, and no index grows old by the clock. A look is arithmetic (`setu.recurrence`): at most two for each rule.
"""

import json
import threading
from collections.abc import Sequence
from datetime import date, datetime

from cachetools import LRUCache

from directory_service.finding.store.search.reader import Snapshot
from directory_service.listings.domain.fields import HOURS
from setu.opening_hours import Opening, is_open_at, opens_on

_MOMENTS = 16  # commits and minutes or days; a search may ask for another moment than now
_MOST_RULES = 50_000  # about 10 MB; what is above is read anew for each commit and minute


def open_hours(snapshot: Snapshot, at: datetime) -> Sequence[str]:
    """The values (`entry.hours_key`) with a rule that is open at `at` (aware); closing times are exclusive."""
    minute = at.replace(second=0, microsecond=0)
    return _looked_up(snapshot, minute)


def hours_open_on(snapshot: Snapshot, day: date) -> Sequence[str]:
    """The values with a rule that opens on this day of India."""
    return _looked_up(snapshot, day)


def _looked_up(snapshot: Snapshot, at: date) -> Sequence[str]:
    key = (snapshot.build, snapshot.state.cursor, at)
    with _lock:
        if key not in _open_hours:
            _open_hours[key] = _parsed_hours.open_among(snapshot.hours, at)
        return _open_hours[key]


class ParsedHours:
    """Cache of parsed values: those of the newest commit that was asked about, and no others.

    Not least recently used: values are asked for in one order, all of them, so such a cache holds nothing once there
    are more values than it has room for.
    """

    def __init__(self, most_rules: int = _MOST_RULES) -> None:
        self._most_rules = most_rules
        self._parsed: dict[str, tuple[Opening, ...]] = {}

    def open_among(self, values: Sequence[str], at: date) -> Sequence[str]:
        """Those of the values with a rule that is open at `at`, a moment, or that opens on it, a day."""
        known, kept, rules = self._parsed, dict[str, tuple[Opening, ...]](), 0
        found: list[str] = []
        for value in values:
            openings = known.get(value)
            if openings is None:
                openings = _parse(value)
            rules += len(openings)
            if rules <= self._most_rules:
                kept[value] = openings
            if any(_is_open(opening, at) for opening in openings):
                found.append(value)
        self._parsed = kept
        return found


def _is_open(opening: Opening, at: date) -> bool:
    return is_open_at(opening, at) if isinstance(at, datetime) else opens_on(opening, at)


def _parse(value: str) -> tuple[Opening, ...]:
    """Of stored rules those that are taken today."""
    return tuple(HOURS.load(rule) for rule in json.loads(value) if HOURS.takes(rule))


_parsed_hours = ParsedHours()
_open_hours: LRUCache[tuple[str, int, date], Sequence[str]] = LRUCache(_MOMENTS)
_lock = threading.Lock()
