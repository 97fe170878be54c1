"""The model checker: the shipped `decide` in every world within bounds, and with parts left out.

`states` is one situation, packed; `moves` asks `decide`; `world` and `workers` say what can happen
next; `explorer` goes everywhere; `variants` are the protocols whose safety is known; `checker`
holds what was found against that. One lane's lease, sessions, log and posts are modelled, with one
step for a Logon, a Logoff and a transaction; what a document says, and the limit of attempts, are
not.
"""
