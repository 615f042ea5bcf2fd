"""Access: who is asking, and what a route lets in."""
