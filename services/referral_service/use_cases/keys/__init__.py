"""Use cases of key-encryption keys: made, rotated, measured, copied apart, put back, given up."""
