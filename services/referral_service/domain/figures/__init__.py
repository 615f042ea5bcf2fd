"""The monthly figures: what is counted, how finely it is told, and what is told of it."""
