"""Directory data of other publishers on its way in: pure converters from what they write to HSDS 3 and our records."""
