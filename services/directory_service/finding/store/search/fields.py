"""Schema of the search index: what an entry holds, and how words are cut.

Raise FORMAT with every change here or in `entry`: the worker then builds the index anew, and until that is done web
processes of the new version say that they have none.
"""

from unicodedata import normalize

import tantivy

FORMAT = 6
GENDERS_NOT_SAID = "genders-not-said"
"""A kind of entry beside `service`: nobody said whom it is for."""

#: Exact values: one entry may have several. Those of FACETED can be counted.
EXACT = ("kind", "id", "organization", "status", "term", "taxonomy", "postcode", "hours", "need_district")
FACETED = ("needs", "district", "state", "gender", "language", "accepting", "cost", "statements")
#: Whole numbers to compare and to sort by.
NUMBERS = (
    "by_id",
    "by_best",
    "by_confirmed",
    "by_name",
    "by_change",
    "modified",
    "shown",
    "youngest",
    "oldest",
    "child",
    "assured",
    "places",
)
WORDS = "words"
NAME_WORDS = "name_words"
#: Joiners would cut Hindi and Bengali words in two. Many write no nukta and no chandrabindu (ज़मानत, जमानत; जाँच, जांच).
_UNHEARD = dict.fromkeys((0x200B, 0x200C, 0x200D, 0xFEFF, 0x093C, 0x09BC, 0x0981)) | {0x0901: 0x0902}
_DIGITS = {first + digit: ord(str(digit)) for first in (0x0966, 0x09E6) for digit in range(10)}
_FOLDED = _UNHEARD | _DIGITS


def schema() -> tantivy.Schema:
    """The fields of an entry."""
    builder = tantivy.SchemaBuilder()
    for name in EXACT:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETED:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in NUMBERS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in ("latitude", "longitude"):
        builder.add_float_field(name, indexed=True, fast=True)
    for name in (WORDS, NAME_WORDS):
        builder.add_text_field(name, tokenizer_name="words", index_option="basic")
    builder.add_text_field("name_key", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("answers_at", fast=True)  # see `answers`
    for name in ("coordinates", "state_of_index"):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


def analyzer() -> tantivy.TextAnalyzer:
    """Words are letters, marks and digits: tantivy's own tokenizers cut Indic words at the virama."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"[\p{L}\p{M}\p{N}]+"))
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()


def folded_text(text: str) -> str:
    """Text as it is indexed and as it is asked for: composed, with what people leave out folded, without case."""
    return normalize("NFC", normalize("NFC", text).translate(_FOLDED)).casefold()


def opened(path: str) -> tantivy.Index:
    """The index in a folder, ready for words. Raises ValueError where there is none or it is damaged."""
    index = tantivy.Index.open(path)
    index.register_tokenizer("words", analyzer())
    index.config_reader("manual")  # else a thread looks for commits twice a second; readers are told to reload
    return index


def created(path: str) -> tantivy.Index:
    """A new, empty index in an empty folder."""
    index = tantivy.Index(schema(), path)
    index.register_tokenizer("words", analyzer())
    return index
