"""Tables, queries and migrations of the referral service."""
