"""Barcode of a card's number: bars (Code 128), since what reads bars cannot read the QR code beside them.

Why bars: the QR code holds the secret, and an officer's scanner, or a phone that is told to look for bars, cannot take
it by mistake. Promises: the number alone, as eight digits, which the form's field takes typed or scanned. When not to
use it: for a code.
"""

from itertools import groupby

from barcode import Code128
from markupsafe import Markup

_QUIET = 10  # modules of white on each side; readers want them
_HEIGHT = 20  # of the drawing; it is stretched to its place


def bars(number: str) -> Markup:
    """The number of a card (`0000123-0`) as inline SVG, black on white; no inline style."""
    (modules,) = Code128(number.replace("-", "")).build()
    at, path = _QUIET, []
    for module, run in groupby(modules):
        width = len(list(run))
        if module == "1":
            path.append(f"M{at} 0h{width}v{_HEIGHT}h-{width}z")
        at += width
    wide = at + _QUIET
    return Markup(  # noqa: S704  digits and widths of our own
        f'<svg class="bars" viewBox="0 0 {wide} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true"'
        f' shape-rendering="crispEdges"><rect width="{wide}" height="{_HEIGHT}" fill="#fff"/>'
        f'<path d="{"".join(path)}"/></svg>'
    )
