"""Mark English words of a table for translation; screens translate them, rules do not."""


def N_(text: str) -> str:
    """Return the text itself."""
    return text
