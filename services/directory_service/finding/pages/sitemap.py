"""What search engines are told: which pages are there, in which languages, and which they may look at.

`/sitemap.xml` names the parts: one of the front page and the districts, then parts of services. Every page stands once
for each language with its alternates (https://www.sitemaps.org/protocol.html, hreflang as search engines read it). All
of it is read from the search index, so no crawler holds a connection to the database while it reads.
`/robots.txt` (RFC 9309) lets nobody in but where a public page is: what is added later stays out until it is put here.
Nothing here says where a confidential place is: an address of a page is an id.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, stream_with_context
from flask.typing import ResponseReturnValue

from directory_service.finding.pages.public_links import in_every_language, public_url
from directory_service.finding.store.search.reader import SearchIndex, Snapshot
from directory_service.finding.store.search.sitemap_parts import SitemapPart, last_change, parts_needed, services_in
from directory_service.finding.use_cases.public_snapshot import public_snapshot
from service_kit.errors import NotFound
from service_kit.web.access.require import public
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.html.i18n import PARAMETER
from setu.languages import SCREEN_LANGUAGES

blueprint = Blueprint("sitemap", __name__)
MOST_ADDRESSES = 50_000  # in a file, by the protocol; it may have 50 MB
SERVICES_IN_PART = 2_500  # about; each has four addresses
MOST_PARTS = 1 << 16
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_BLOCK = 64  # pages written at once
_ALLOWED = ("/$", f"/?{PARAMETER}=", "/?district=", "/services/", "/sitemap.xml", "/sitemaps/", "/static/")


@blueprint.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """The public pages and what they are drawn with; everything else is for people. The longest rule wins."""
    path = public_url("/").partition("://")[2].partition("/")[2]
    prefix = f"/{path}".rstrip("/")
    lines = ["User-agent: *", *(f"Allow: {prefix}{allowed}" for allowed in _ALLOWED), "Disallow: /", ""]
    return Response("\n".join([*lines, f"Sitemap: {public_url('/sitemap.xml')}", ""]), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@public
def index() -> ResponseReturnValue:
    """The parts, with the time of the newest change in each."""
    snapshot = public_snapshot(dependency(SearchIndex), context().db)
    if if_none_match(_tag(snapshot)):
        return not_modified(_tag(snapshot))
    parts = parts_needed(snapshot, SERVICES_IN_PART)
    changes = ((number, last_change(snapshot, SitemapPart(parts, number))) for number in range(1, parts + 1))
    named = [_part("places"), *(_part(f"{parts}-{number}", moment) for number, moment in changes if moment)]
    text = f"{_HEAD}<sitemapindex {_NAMESPACES.partition(' ')[0]}>\n{''.join(named)}</sitemapindex>\n"
    return set_etag(Response(text, mimetype="application/xml"), _tag(snapshot))


@blueprint.get("/sitemaps/places.xml")
@public
def places() -> ResponseReturnValue:
    """The front page, and the page of each district in which there is a service."""
    snapshot = public_snapshot(dependency(SearchIndex), context().db)
    if if_none_match(_tag(snapshot)):
        return not_modified(_tag(snapshot))
    pages = [_page("/"), *(_page("/", district=code) for code in sorted(snapshot.districts_served))]
    text = f"{_HEAD}<urlset {_NAMESPACES}>\n{''.join(pages)}</urlset>\n"
    return set_etag(Response(text, mimetype="application/xml"), _tag(snapshot))


@blueprint.get("/sitemaps/<int:parts>-<int:number>.xml")
@public
def services(parts: int, number: int) -> ResponseReturnValue:
    """The services of a part, sent while they are read; parts larger than those of the index are not made."""
    snapshot, part = public_snapshot(dependency(SearchIndex), context().db), SitemapPart(parts, number)
    is_one = parts.bit_count() == 1 and parts <= MOST_PARTS and 1 <= number <= parts
    if not is_one or parts < parts_needed(snapshot, SERVICES_IN_PART) or last_change(snapshot, part) is None:
        raise NotFound
    if if_none_match(_tag(snapshot)):
        return not_modified(_tag(snapshot))
    return set_etag(
        Response(stream_with_context(_services(snapshot, part)), mimetype="application/xml"), _tag(snapshot)
    )


def _tag(snapshot: Snapshot) -> str:
    """Moves with every change of the directory, and with the languages that there are."""
    return f"{snapshot.tag}-{'-'.join(SCREEN_LANGUAGES)}"


def _services(snapshot: Snapshot, part: SitemapPart) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_NAMESPACES}>\n"
    block: list[str] = []
    for each, moment in services_in(snapshot, part):
        block.append(_page(f"/services/{each}", moment))
        if len(block) == _BLOCK:
            yield "".join(block)
            block = []
    yield "".join([*block, "</urlset>\n"])


def _page(path: str, moment: datetime | None = None, **query: object) -> str:
    """A page in each of its languages, every one with all alternates."""
    addresses = in_every_language(path, **query)
    links = "".join(f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(url)}/>' for tag, url in addresses)
    return "".join(f"<url><loc>{escape(url)}</loc>{_changed(moment)}{links}</url>\n" for _, url in addresses)


def _part(name: str, moment: datetime | None = None) -> str:
    return f"<sitemap><loc>{escape(public_url(f'/sitemaps/{name}.xml'))}</loc>{_changed(moment)}</sitemap>\n"


def _changed(moment: datetime | None) -> str:
    return f"<lastmod>{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if moment else ""
