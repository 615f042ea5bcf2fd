"""Use cases of roles that two people give: proposed, decided, finished, and whose hand may not."""
