"""What is looked at on every screen in a browser: axe has nothing to say, and nothing is wider than the window."""

import base64
import gzip

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

KNOWN_COLORS = """(() => {
    const color = axe.commons.color.Color.prototype, parse = color.parseString, known = new Map();
    color.parseString = function (text) {
        if (!known.has(text)) {
            parse.call(this, text);
            known.set(text, [this.r, this.g, this.b, this.alpha]);
        }
        [this.r, this.g, this.b, this.alpha] = known.get(text);
        return this;
    };
})()"""
"""A page has a dozen colours, and axe works out each anew for every text before every ground: a third of its time."""
PACKED_AXE = base64.b64encode(gzip.compress(f"{AXE_SCRIPT};\n{KNOWN_COLORS}".encode())).decode()
"""Handing the script over to the browser as it is costs a quarter of a look."""
UNPACK = """async packed => {
    const bytes = Uint8Array.from(atob(packed), sign => sign.charCodeAt(0));
    const text = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    window.axeSource = await new Response(text).text();
}"""


def faults(page: Page) -> list[str]:
    """Whatever is wrong with this page."""
    return violations(page) + (["too wide"] if too_wide(page) else [])


def violations(page: Page, **options: object) -> list[str]:
    """What axe says of this page: rule and element.

    It is not asked for what is right: that is forty percent of its time, and three quarters of its report. Nor does its
    report leave the browser: handing that over costs as much as a quarter of the looking.
    """
    if page.evaluate("window.axe === undefined"):
        page.evaluate(UNPACK, PACKED_AXE)
        page.evaluate("eval(window.axeSource)")  # the page's policy does not bind what the browser is told to do
    found: list[str] = page.evaluate(
        """options => axe.run(options).then(report => report.violations.flatMap(
             one => one.nodes.map(node => `${one.id}: ${node.html}`)))""",
        {"resultTypes": ["violations"], **options},
    )
    return found


def too_wide(page: Page) -> bool:
    """Whether one would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
