"""The directory: who serves, who refers, who may sign in."""
