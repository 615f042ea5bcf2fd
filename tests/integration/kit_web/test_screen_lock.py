"""What covers an idle page follows from the one limit after which the server locks."""

from datetime import timedelta
from pathlib import Path

from service_kit.web.access.idle_lock import IDLE_LIMIT
from service_kit.web.html import render
from support.web import Web, a_principal


def test_a_page_carries_to_script_and_reader_after_how_long_it_is_covered(web: Web) -> None:
    page = web.browser(a_principal()).get("/form").text
    script = (Path(render.__file__).parent / "static" / "setu.js").read_text()

    assert f'data-idle="{IDLE_LIMIT // timedelta(milliseconds=1)}"' in page
    assert f"It was not used for {IDLE_LIMIT // timedelta(minutes=1)} minutes" in page
    assert "600000" not in script
