"""Untraced requests: forms of the board and of reports, opened or sent, leave no line in the access log, and no count.

All of them, with a name or without: otherwise the gap would tell. Denials are logged as everywhere, since nothing is
stored then.
"""

from flask import request

from service_kit.logs import UNTRACED


def leave_no_trace() -> None:
    """Called first in the view."""
    request.environ[UNTRACED] = True
