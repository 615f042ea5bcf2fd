"""The local stack: private servers, six processes and one driven referral, on one machine.

Why: `make demo` must work on a fresh machine with nothing done by hand. Not for production: see docs/operations.md.
"""
