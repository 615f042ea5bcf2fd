"""Mark English words of a table for translation; screens translate them, rules do not."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Return the text itself."""
    return text
