"""Use cases of API keys: made, recognised on a request, exchanged for a token, ended."""
