"""Matching: who may receive a referral, and which of those is shown first."""
