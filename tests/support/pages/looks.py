"""What is looked at on every screen in a browser: axe has nothing to say, and nothing is wider than the window."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from support.pages.drawn_looks import is_drawn

OF_A_WALK = 1 / 5
"""How many of the screens that a test passes through axe is asked about; in a soak each."""


def faults(page: Page, screen: str = "") -> list[str]:
    """Whatever is wrong with this page; axe is asked about one that is a `screen` of a walk where the run draws it."""
    return violations_of(page, screen) + (["too wide"] if too_wide(page) else [])


def violations_of(page: Page, screen: str = "") -> list[str]:
    """What axe says of this page; of one that is a `screen` of a walk only where the run draws it."""
    asked = not screen or is_drawn(OF_A_WALK, of=f"axe on {screen}")
    return violations(page) if asked else []


def violations(page: Page, **options: object) -> list[str]:
    """What axe says of this page: rule and element.

    It is not asked for what is right: that is forty percent of its time, and three quarters of its report. Nor does its
    report leave the browser: handing that over costs as much as a quarter of the looking.
    """
    if page.evaluate("window.axe === undefined"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(
        """options => axe.run(options).then(report => report.violations.flatMap(
             one => one.nodes.map(node => `${one.id}: ${node.html}`)))""",
        {"resultTypes": ["violations"], **options},
    )
    return found


def too_wide(page: Page) -> bool:
    """Whether one would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
