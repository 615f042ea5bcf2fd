"""Accounts: sign-in, members, second factor, resets, API keys."""
