"""The page after a form was sent without a session, as a person uses it: sign in, come back, press the button."""

import html
import re

from werkzeug.test import Client, TestResponse

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def kept_fields(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form that sends again; none where the page has no such form."""
    main = page[page.index("<main") : page.index("</main>")]
    return [(html.unescape(name), html.unescape(value)) for name, value in _HIDDEN.findall(main)]


def press_send_again(browser: Client, address: str, page: str) -> TestResponse:
    """Send what the page carries, from whatever browser."""
    return browser.post(address, data=dict(kept_fields(page)), headers=SAME_SITE)
