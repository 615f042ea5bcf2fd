"""Check any HSDS API against the standard: root, first, middle and last page of each list, items, parameters, errors.

Each check gives one finding; a list that the standard does not require and the API has not is `absent`, not failed. It
only reads. Nothing is assumed about the data but what the API itself says of it. Of a small server everything is looked
at, of a large one a sample.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory_service.hsds.domain import conformance
from directory_service.hsds.domain.conformance import (
    LISTS,
)
from directory_service.hsds.outside.hsds_api import Answer
from directory_service.hsds.use_cases.check_filters import FILTER_CHECKS, NOBODY, PAGE_SIZE, CheckedList, Get, Post


class CheckOutcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    ABSENT = "absent"


@dataclass(frozen=True)
class Finding:
    """One check: where, what, and for a failure the reasons."""

    path: str
    check: str
    outcome: CheckOutcome
    reasons: tuple[str, ...] = ()


MOST = 10**12
"""More than any list has items."""
LONGEST = 300  # characters of a reason
SMALL = 100
"""Items of a list up to which every page and every item is fetched."""


@dataclass(frozen=True)
class Sample:
    """How much of a list is looked at: every page and item of one up to `small`, of a longer one `items` items."""

    items: int = 25
    small: int = SMALL

    def pages(self, total: int, pages: int) -> dict[str, int]:
        """The pages to fetch beside the first, by what they are called."""
        last = {"last page": pages} if pages > 1 else {}
        if total <= self.small:
            return {f"page {number}": number for number in range(2, min(pages, self.small))} | last
        return ({"middle page": (pages + 1) // 2} if pages > 2 else {}) | last


def check_conformance(get: Get, sample: Sample | None = None, post: Post | None = None) -> Iterator[Finding]:
    """Findings in the order of the checks. `post` searches by a body, as the standard has it beside each list."""
    sample = sample or Sample()
    root = get("/", None)
    reasons = [f"status {root.status}"] if root.status != 200 else list(conformance.root_faults(root.json()))
    yield _finding("/", "about the API", reasons)
    for spec in LISTS:
        yield from _list(CheckedList(get, spec), sample, post)


def _list(checked: CheckedList, sample: Sample, post: Post | None) -> Iterator[Finding]:
    first = checked.page(page=1, per_page=PAGE_SIZE)
    if first.status in {404, 405, 501} and not checked.spec.required:
        yield Finding(checked.spec.path, "list", CheckOutcome.ABSENT)
        return
    page = first.json()
    yield _finding(checked.spec.path, "first page", _page_reasons(checked, first, 1))
    if not isinstance(page, dict) or not isinstance(page.get("contents"), list):
        return
    checked.total = _number(page.get("total_items"), len(page["contents"]))
    yield from _pages(checked, sample.pages(checked.total, _number(page.get("total_pages"), 1)))
    yield from _odd_pages(checked)
    if post is not None:
        yield _finding(checked.spec.path, "POST", _post_reasons(checked, post))
    yield from _items(checked, max(sample.items, checked.total) if checked.total <= sample.small else sample.items)
    yield from _parameters(checked)


def _number(value: object, otherwise: int) -> int:
    """A number that counts something; what a server says else is a fault of its page."""
    return value if isinstance(value, int) and 0 <= value < MOST else otherwise


def _page_reasons(checked: CheckedList, answer: Answer, number: int) -> list[str]:
    if answer.status != 200:
        return [f"status {answer.status}"]
    page = answer.json()
    reasons = list(conformance.envelope_faults(page, number, PAGE_SIZE))
    if answer.content_type and "json" not in answer.content_type:
        reasons.append(f"Content-Type is {answer.content_type}")
    contents = page.get("contents") if isinstance(page, dict) else None
    for position, item in enumerate(contents if isinstance(contents, list) else []):
        reasons += [f"item {position}: {reason}" for reason in conformance.item_faults(checked.spec.kind, item)]
        if isinstance(item, dict):
            checked.seen.append(item)
    return reasons


def _pages(checked: CheckedList, wanted: Mapping[str, int]) -> Iterator[Finding]:
    for name, number in wanted.items():
        answer = checked.page(page=number, per_page=PAGE_SIZE)
        yield _finding(checked.spec.path, name, _page_reasons(checked, answer, number))
    ids = [item.get("id") for item in checked.seen]
    twice = sorted({str(each) for each in ids if ids.count(each) > 1})
    yield _finding(checked.spec.path, "no item on two pages", [f"{each} stands twice" for each in twice])


def _odd_pages(checked: CheckedList) -> Iterator[Finding]:
    beyond = checked.page(page=checked.total + 2, per_page=PAGE_SIZE)
    answer = beyond.json()
    is_empty = isinstance(answer, dict) and answer.get("contents") == []
    fine = 400 <= beyond.status < 500 or (beyond.status == 200 and is_empty)
    yield _finding(checked.spec.path, "page beyond the last", [] if fine else [f"status {beyond.status}, not empty"])
    few = checked.contents(per_page=1)
    yield _finding(checked.spec.path, "per_page", [] if len(few) <= 1 else [f"{len(few)} items for per_page=1"])
    for query in ({"page": "first"}, {"page": "0"}, {"per_page": "-1"}):
        status = checked.page(**query).status
        reasons = [] if 400 <= status < 500 else [f"status {status}"]
        yield _finding(checked.spec.path, "bad {}={}".format(*next(iter(query.items()))), reasons)


def _post_reasons(checked: CheckedList, post: Post) -> list[str]:
    """The standard has a POST beside each list, which answers with a page too."""
    answer = post(checked.spec.path, {"page": 1, "per_page": PAGE_SIZE})
    if answer.status != 200:
        return [f"status {answer.status}"]
    page = answer.json()
    is_page = isinstance(page, dict) and isinstance(page.get("contents"), list)
    return [] if is_page else ["the answer is no page"]


def _items(checked: CheckedList, items: int) -> Iterator[Finding]:
    reasons: list[str] = []
    for listed in checked.seen[:items]:
        answer = checked.get(f"{checked.spec.path}/{listed.get('id')}", None)
        whole = answer.json()
        if answer.status != 200 or not isinstance(whole, dict):
            reasons.append(f"{listed.get('id')}: status {answer.status}")
            continue
        if isinstance(whole.get("id"), str):  # the checks of filters look for it by its id
            checked.whole.append(whole)
        found = [*conformance.item_faults(checked.spec.kind, whole), *conformance.same_faults(listed, whole)]
        reasons += [f"{listed.get('id')}: {reason}" for reason in found]
    yield _finding(checked.spec.path, "items", reasons)
    for name in (NOBODY, "no-such-id"):
        status = checked.get(f"{checked.spec.path}/{name}", None).status
        yield _finding(
            checked.spec.path, f"absent item {name[:10]}", [] if 400 <= status < 500 else [f"status {status}"]
        )


def _parameters(checked: CheckedList) -> Iterator[Finding]:
    yield _finding(checked.spec.path, "format=ndjson", _ndjson_reasons(checked))
    for name in sorted(checked.spec.filters):
        yield _finding(checked.spec.path, name, list(FILTER_CHECKS[name](checked)) if checked.whole else [])


def _ndjson_reasons(checked: CheckedList) -> list[str]:
    """Every line, with all that it nests: what no sample reaches is looked at here."""
    whole = {"full": "true"} if "full" in checked.spec.filters else {}
    answer = checked.page(format="ndjson", **whole)
    if answer.status != 200:
        return [f"status {answer.status}"]
    number, reasons = 0, []
    for number, line in enumerate(answer.lines(), 1):
        found = conformance.item_faults(checked.spec.kind, Answer(200, line).json())
        reasons += [f"line {number}: {fault}" for fault in found]
    return reasons if number == checked.total else [f"{number} lines for {checked.total} items"]


def _finding(path: str, check: str, reasons: list[str]) -> Finding:
    outcome = CheckOutcome.FAILED if reasons else CheckOutcome.PASSED
    return Finding(path, check, outcome, tuple(map(_readable, reasons)))


def _readable(reason: str) -> str:
    """In one line that any terminal can show, whatever the server put in there."""
    shown = "".join(each if each.isprintable() else " " for each in reason[:LONGEST])
    return shown + ("…" if len(reason) > LONGEST else "")
