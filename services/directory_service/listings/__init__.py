"""Listings: what a provider offers, as records and as HSDS documents."""
