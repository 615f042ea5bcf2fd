"""Words for problem types of the kit that the product knows more of: slug → title and what to do, marked.

They stand in place of the kit's own through the site (`setu.site`). Not for a service's own problem types.
"""

from collections.abc import Mapping

from setu.text import N_

PROBLEM_WORDS: Mapping[str, tuple[str, str]] = {
    "organization-pending": (
        N_("Not open yet"),
        N_(
            "Your organisation waits to be let in by a second person."
            " Until then only what the menu shows is open to you."
        ),
    ),
}
