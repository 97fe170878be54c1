"""A Procurify and a SYSPRO over real sockets, for the demo and the tests.

The sandbox shares no code with the engine's clients, models, builders or parsers: a misreading
that both shared would hide itself. Only the verbs and the tests import it.
"""
