"""Characters that nobody sees: controls, marks of direction, blanks without width.

Why: a name that holds one looks like another name, or turns the text behind it around (Unicode TR 36 §3). The joiners
U+200C and U+200D are none of them: Hindi, Bengali and Urdu are written with them. Not for texts that are only compared:
`setu.guard.fold` takes more away.
"""

import re

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f\ud800-\udfff"
_MARKS = (
    r"\x80-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    r"\ufff9-\ufffb\U000e0000-\U000e007f"
)
_IN_A_TEXT = re.compile(f"[{_CONTROLS}{_MARKS}]")
_IN_A_NAME = re.compile(f"[{_CONTROLS}{_MARKS}\t\n]")
_TAKEN_OUT = re.compile(f"[{_MARKS}]")
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")  # they stand between two words, as \n does


def name_has_invisible(name: str) -> bool:
    """Whether a text of one line has one; a line break and a tab are among them."""
    return _IN_A_NAME.search(name) is not None


def text_has_invisible(text: str) -> bool:
    r"""Whether a text of several lines, which end with \n, has one."""
    return _IN_A_TEXT.search(text) is not None


def strip_invisible(text: str) -> str:
    """The text without what a web page or a word processor leaves in what is copied from it; controls of ASCII stay.

    Unicode's ends of lines and paragraphs become a space, so that no two words grow together.
    """
    return _TAKEN_OUT.sub("", _LINE_ENDS.sub(" ", text))
