"""The simulation's database: tables in memory that stand where PostgreSQL stands.

`server` keeps the committed rows and the sessions of every replica, `database` is one replica's
door to it (`engine.db.Database`), `locks` lets transactions wait for one another, `tables` and
`rows` say what a row is and which rules of schema.sql hold it, `faults` what may go wrong at each
crossing, and `statements` gives every SQL constant of the owning modules its meaning: the
statement's text is looked up, never parsed, and an unknown one is an error that names it.

It promises what the real one does, as far as the engine can tell, and passes the same tests: READ
COMMITTED, row locks in the order of asking, all or nothing, the same errors. It has no clock, no
chance and no order of its own: same calls, same answers.
"""
