"""A verb a file: load, decide, store, record the event."""
