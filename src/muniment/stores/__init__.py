"""The database: observations as intervals, the ledger as a log, on SQLite or PostgreSQL."""
