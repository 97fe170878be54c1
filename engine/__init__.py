"""Purchase orders, bills and vendors of Procurify arrive in SYSPRO, each step an event.

The data's way: `procurify.poller` reads and appends what changed to the log (`log`); the
`projector` folds the log through `projections` into documents, facts and commands; the
`outbox` says which command is next; a `lane` has `syspro.writer` look it up, post it and read it
back, and append what SYSPRO answered; `syspro.poller` appends what SYSPRO holds. `replay` folds
everything again and compares. `service` puts the parts together, `cli` shows them to people.
"""
