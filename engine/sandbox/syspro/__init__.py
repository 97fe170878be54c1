"""A SYSPRO over real sockets: e.net business objects by REST, and OData, above one ledger.

Built from syspro.md and the recorded exchanges alone; nothing of the engine is imported. `ledger`
owns the company's tables, `objects` has one module per business object, `rest` and `odata` speak
HTTP, `app` puts them together.
"""
