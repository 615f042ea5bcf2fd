"""The soak: the properties of the test suite at full size and at random, bounded in time (`make soak`)."""
