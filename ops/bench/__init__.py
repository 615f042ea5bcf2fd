"""Benchmarks: each of the system's figures beside a bare baseline, taken in the same run.

`make bench` runs all; `python -m bench submit relay` some. A module here that has a function `measure` is a benchmark.
Ratios travel between machines, absolute numbers do not; aims are those of docs/operations.md.
"""
