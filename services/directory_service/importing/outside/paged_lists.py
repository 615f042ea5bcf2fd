"""Download of a directory from the web into a file: any answer, and of a paged HSDS list every page.

Lists are asked for with all that hangs on their items (`full`, `full_service`), since what an item does not say counts
as gone. Pages are followed by `Link: next` where the server gives one, so that nothing is skipped while others edit
there. A list of which less came than it counts is cut, as is an answer that is shorter than its Content-Length: both
are errors. What the server says of type, charset and packing is believed.
"""

import json
import re
import zlib
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from directory_service.importing.outside.ungzipped import ungzipped
from directory_service.importing.outside.unreadable import CutShort

SECONDS = 60
LARGEST = 4 * 1024**3  # bytes
_EVERYTHING = {
    "services": {"full": "true"},
    "service_at_locations": {"full": "true"},
    "organizations": {"full": "true", "full_service": "true"},
}
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next\b')


#: Media types, and the ending of a file of each.
_ENDINGS = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
    "application/ndjson": ".ndjson",
    "application/jsonl": ".ndjson",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
}


@dataclass(frozen=True)
class Download:
    """A file that came, the charset that its server named ("" for none), and the answer's `Link`."""

    path: Path
    charset: str = ""
    link: str = ""


def fetch_paged_lists(address: str, folder: Path) -> Download:
    """Download the answer into a file, all pages of a paged one as lines.

    Raises CutShort, HTTPException, OSError or ValueError where it cannot be had, or not to its end.
    """
    path = folder / (Path(urlsplit(address).path).name or "answer")
    address, first = _first(address, path)
    page, path, link = _page(first.path), first.path, first.link
    if page is None:
        return first
    lines, seen, number, total = folder / f"{path.stem}.ndjson", {address}, 1, 0
    with lines.open("w", encoding="utf-8") as file:
        while page is not None:
            for item in page["contents"]:
                file.write(json.dumps(item, ensure_ascii=False) + "\n")
            total += len(page["contents"])
            following = _following(address, number, link, page["total_pages"])
            if following is None or following in seen:
                break
            seen.add(following)
            came = _download(following, path)
            link, number, page = came.link, number + 1, _page(came.path)
    _check_whole(address, page, total)
    return Download(lines)


def _check_whole(address: str, last: dict[str, Any] | None, total: int) -> None:
    """Raises CutShort where a page was no page, or the pages hold fewer items than the last one counts."""
    if last is None:
        raise CutShort(f"{address} is cut short: after {total} items came an answer that is not a page of the list")
    counted = last.get("total_items")
    if isinstance(counted, int) and counted > total:
        raise CutShort(f"{address} is cut short: it counts {counted} items and gave {total}")


def _first(address: str, path: Path) -> tuple[str, Download]:
    """Get the answer, whole items where the server knows how, and the address that gave it."""
    parts = urlsplit(address)
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    more = _EVERYTHING.get(Path(parts.path).name, {})
    if more and not {"full", "full_service", "minimal"} & said.keys():
        fuller = urlunsplit(parts._replace(query=urlencode(said | more)))
        try:
            return fuller, _download(fuller, path)
        except HTTPError as error:
            if not 400 <= error.code < 500:
                raise
    return address, _download(address, path)


def _following(address: str, number: int, link: str, pages: int) -> str | None:
    """The next page, at the host that was asked: a server behind another may name itself otherwise."""
    parts = urlsplit(address)
    if found := _NEXT.search(link):
        return urlunsplit(parts._replace(query=urlsplit(found[1]).query))
    if number >= pages:
        return None
    query = dict(parse_qsl(parts.query)) | {"page": str(number + 1)}
    return urlunsplit(parts._replace(query=urlencode(query)))


def _page(path: Path) -> dict[str, Any] | None:
    """A page of a longer list, or None for any other answer."""
    with path.open("rb") as file:
        if file.read(1) != b"{" or b'"total_pages"' not in file.read(1 << 20):
            return None
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        return None
    paged = isinstance(found, dict) and isinstance(found.get("total_pages"), int)
    return found if paged and isinstance(found.get("contents"), list) else None


def _download(address: str, path: Path) -> Download:
    """Put the answer into the file, which is called as what it is."""
    request = Request(address, headers={"Accept": "application/json, text/csv, application/zip, */*"})  # noqa: S310 # open_listing looked at the scheme
    with urlopen(request, timeout=SECONDS) as answer, path.open("wb") as file:  # noqa: S310 # the same
        taken = 0
        while chunk := answer.read(1 << 20):
            taken += len(chunk)
            if taken > LARGEST:
                raise ValueError("it is larger than 4 GB")
            file.write(chunk)
        headers = answer.headers
    promised = headers.get("Content-Length", "")
    if promised.isdecimal() and int(promised) > taken:
        raise CutShort(f"{address} is cut short: {taken} of {promised} bytes came")
    _unpack(path, headers.get("Content-Encoding", ""))
    return Download(_with_ending(path, headers), _charset(headers), ", ".join(headers.get_all("Link") or []))


def _unpack(path: Path, packing: str) -> None:
    """Undo the packing of the way (RFC 9110 section 8.4.1)."""
    match packing.strip().lower():
        case "" | "identity":
            return
        case "gzip" | "x-gzip":
            ungzipped(path, path.parent).replace(path)
        case "deflate":
            content = zlib.decompressobj()
            unpacked = content.decompress(path.read_bytes(), LARGEST)
            if not content.eof:
                raise EOFError("the end of what was packed is missing")
            path.write_bytes(unpacked)
        case other:
            raise ValueError(f"it is packed as {other}, which was not asked for")


def _with_ending(path: Path, headers: Message) -> Path:
    """A name that says what it is, where the address does not."""
    ending = _ENDINGS.get(headers.get_content_type(), "")
    if not ending or path.suffix.lower() in {*_ENDINGS.values(), ".jsonl", ".gz", ".xlsm"}:
        return path
    return path.replace(path.with_name(path.name + ending))


def _charset(headers: Message) -> str:
    """The encoding that the server names, if there is such a one."""
    said = headers.get_content_charset("")
    try:
        return said if said and b"".decode(said) == "" else ""
    except LookupError:
        raise ValueError(f"its server calls it {said}, which is no encoding") from None
