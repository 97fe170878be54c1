"""A SYSPRO over real sockets: e.net business objects by REST and SOAP, and OData, on one ledger.

Built from syspro.md and the recorded exchanges alone; nothing of the engine is imported. `ledger`
owns the company's tables, `objects` has one module per business object, `registry` names them,
`marks` says how sure each is; `service` runs the operations, `rest`, `soap` and `odata` speak HTTP,
`faults_port` is where faults enter, `app` puts them together.
"""
