"""Benchmarks of the aims in docs/operations.md, each beside a bare baseline in the same run.

`make bench` runs all and ends with a table: aim, median, met or missed; `python -m bench submit relay` runs some. A
module here that has a function `measure` is a benchmark. Ratios travel between machines, absolute numbers do not.
"""
