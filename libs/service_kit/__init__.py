"""What two or more services use unchanged: database, messaging, web, clock, keys. No word of the domain inside."""
