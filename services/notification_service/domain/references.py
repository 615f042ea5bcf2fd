"""References as people type them."""

_SYMBOLS = 9  # an R and eight more


def group_reference(typed: str) -> str:
    """Return what was typed as a reference is written, `R-7KQ2-9XTC`; anything else as it is: it finds nothing."""
    bare = "".join(typed.upper().split()).replace("-", "")
    if len(bare) != _SYMBOLS or not bare.startswith("R"):
        return typed.strip()
    return f"R-{bare[1:5]}-{bare[5:]}"
