"""A year of a state's partnerships, played through public doors with a moving clock: see `__main__`."""
