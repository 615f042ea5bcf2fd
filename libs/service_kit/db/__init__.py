"""PostgreSQL: transactions with a scope, kit tables, migration, outbox, inbox, audit log, limits."""
