"""What a client of the load answers for: a journal of every 201, errors by name, a wait from when it was due."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from soak.load_clients import Load


def sent_twice(*answers: web.Response | None) -> Load:
    """Two referrals, each timed as due a second ago; None: the connection ends without an answer."""
    left = list(answers)

    async def answer(request: web.Request) -> web.Response:
        said = left.pop(0)
        if said is None:
            assert request.transport is not None
            request.transport.abort()
            raise ConnectionResetError
        return said

    async def play() -> Load:
        application = web.Application()
        application.router.add_post("/api/referrals", answer)
        async with TestServer(application) as server, aiohttp.ClientSession() as browser:
            ready = {"referral": str(server.make_url("")).rstrip("/")}
            load = Load([browser], ready, {}, ["an officer", "another"], "a case worker")
            for _ in answers:
                await load.timed("sending", time.monotonic() - 1, load.send)
            return load

    # A thread of its own: a browser's test that ran before in this process leaves its loop running in the main one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(play())).result()


def created(referral: str) -> web.Response:
    return web.json_response({"id": referral}, status=201)


def test_what_was_answered_201_is_in_the_journal_with_who_sent_it() -> None:
    load = sent_twice(created("one"), created("two"))

    assert load.journal == ["one", "two"]
    assert load.senders == {"one": "an officer", "two": "another"}
    assert all(wait >= 1 for _at, wait in load.waits["sending"]), "it counts from when it was due"


def test_another_answer_and_none_at_all_are_errors_and_in_no_journal() -> None:
    load = sent_twice(web.Response(status=503), None)

    assert (load.journal, len(load.waits["sending"])) == ([], 2)
    assert load.errors == {"POST referrals: 503": 1, "ServerDisconnectedError": 1}
