"""The event log: append, read after a position, wait, verify, erase.

Owns the tables `logs` and `events`. `contract` says what a log promises, `store` keeps it in
PostgreSQL, `group` lets concurrent appends share a transaction, `admission` decides what may be
appended, `chain` and `merkle` hash, `verify` proves the log whole, `erase` empties bodies.
"""
