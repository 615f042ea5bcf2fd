"""A program in a page of another site, in a real browser: what is public it may read and search, and nothing else."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

PROGRAM = """async base => {
    const asked = {'Content-Type': 'application/json'};
    const list = await fetch(base + '/api/services?per_page=2');
    const tag = list.headers.get('ETag');
    const again = await fetch(base + '/api/services?per_page=2', {headers: {'If-None-Match': tag}, cache: 'no-store'});
    const found = await fetch(base + '/api/services', {method: 'POST', headers: asked, body: '{"needs": "OST"}'});
    const wrong = await fetch(base + '/api/services?page=first');
    const feed = await fetch(base + '/api/changes?limit=1');
    const refused = [];
    for (const [path, options] of [
        ['/api/session', {method: 'POST', headers: asked, body: '{"user": "a", "password": "b"}'}],
        ['/api/services/6f3c9a52-6d0a-4c1b-9a0e-5f0b8a1f7c11', {method: 'PUT', headers: asked, body: '{}'}],
        ['/api/services', {credentials: 'include'}],
        ['/', {}],
    ]) await fetch(base + path, options).then(() => refused.push('read'), () => refused.push('refused'));
    return {
        total: Number(list.headers.get('X-Total-Count')), link: list.headers.get('Link'), again: again.status,
        found: (await found.json()).total_items, field: (await wrong.json()).errors[0].field,
        feed: (await feed.json()).last_page !== undefined, refused,
    };
}"""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A page of another origin."""
    server = make_server("127.0.0.1", 0, Response("<!doctype html>", content_type="text/html"))
    running = threading.Thread(target=server.serve_forever)
    running.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    running.join()


def test_a_page_elsewhere_reads_and_searches_without_anybodys_credentials(
    chromium: Browser, address: str, elsewhere: str
) -> None:
    page = chromium.new_context().new_page()
    page.goto(elsewhere)

    told = page.evaluate(PROGRAM, address)
    page.context.close()

    assert (told["total"], told["again"], told["field"], told["feed"]) == (30, 304, "page", True)
    assert 'rel="next"' in told["link"]
    assert 0 < told["found"] < 30
    assert told["refused"] == ["refused"] * 4
