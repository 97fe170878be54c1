"""The PostgreSQL beside us: a server in a folder, up for as long as somebody uses it.

`launcher` is what programs use, `supervisor` the detached program that keeps a server up;
`programs` finds PostgreSQL, `account` says who runs it, `place` where things lie, `cluster` what
is done to a data folder.
"""

from engine.embedded.launcher import Server, server, wait_until_gone

__all__ = ["Server", "server", "wait_until_gone"]
