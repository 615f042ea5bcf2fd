"""What search engines are told: which pages are there, in which languages, and which they may look at.

`/sitemap.xml` names the parts: one of the front page and the districts, then parts of services. Every page stands once
for each language with its alternates (https://www.sitemaps.org/protocol.html, hreflang as search engines read it).
`/robots.txt` (RFC 9309) lets nobody in but where a public page is: what is added later stays out until it is put here.
Nothing here says where a confidential place is: an address of a page is an id.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from xml.sax.saxutils import escape, quoteattr

from flask import Blueprint, Response, stream_with_context
from flask.typing import ResponseReturnValue

from directory_service.pages.listing_links import in_every_language, public_url
from directory_service.store.changes import state_of_feed
from directory_service.store.listed_pages import last_changes, services_listed
from directory_service.use_cases.tools import search_index
from service_kit.web.auth import public
from service_kit.web.context import context
from service_kit.web.etag import if_none_match, not_modified, set_etag
from service_kit.web.i18n import LANGUAGES, PARAMETER
from service_kit.web.problems import not_found

blueprint = Blueprint("sitemap", __name__)
MOST_ADDRESSES = 50_000  # in a file, by the protocol; it may have 50 MB
SERVICES_IN_PART = 10_000
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
    tag = _tag("index")
    if if_none_match(tag):
        return not_modified(tag)
    with context().db.transaction() as session:
        changes = last_changes(session, SERVICES_IN_PART)
    parts = [_part("places"), *(_part(str(number), moment) for number, moment in enumerate(changes, start=1))]
    text = f"{_HEAD}<sitemapindex {_NAMESPACES.partition(' ')[0]}>\n{''.join(parts)}</sitemapindex>\n"
    return set_etag(Response(text, mimetype="application/xml"), tag)


@blueprint.get("/sitemaps/places.xml")
@public
def places() -> ResponseReturnValue:
    """The front page, and the page of each district in which there is a service."""
    snapshot = search_index().snapshot()
    pages = [_page("/"), *(_page("/", district=code) for code in sorted(snapshot.districts_served))]
    text = f"{_HEAD}<urlset {_NAMESPACES}>\n{''.join(pages)}</urlset>\n"
    tag = sha256(text.encode()).hexdigest()[:32]
    return not_modified(tag) if if_none_match(tag) else set_etag(Response(text, mimetype="application/xml"), tag)


@blueprint.get("/sitemaps/<int:number>.xml")
@public
def services(number: int) -> ResponseReturnValue:
    """The services of a part, sent while they are read."""
    if not 1 <= number <= MOST_ADDRESSES:
        raise not_found()
    tag = _tag("services")
    if if_none_match(tag):
        return not_modified(tag)
    answer = Response(stream_with_context(_services(number - 1)), mimetype="application/xml")
    return set_etag(answer, tag)


def _services(part: int) -> Iterator[str]:
    yield f"{_HEAD}<urlset {_NAMESPACES}>\n"
    block: list[str] = []
    with context().db.transaction() as session:
        for each, moment in services_listed(session, part, SERVICES_IN_PART):
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


def _tag(which: str) -> str:
    """Moves with every change of the directory, and with the languages that there are."""
    with context().db.transaction() as session:
        state = state_of_feed(session).tag
    return sha256(repr((which, state, tuple(LANGUAGES))).encode()).hexdigest()[:32]
