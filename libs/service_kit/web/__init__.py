"""The web process of a service: what every request gets, whoever answers it. No domain word inside."""
