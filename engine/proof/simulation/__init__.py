"""The whole service in a seed: real pollers, projector and lanes over virtual time.

`loop`, `clock`, `network` and `wire` are the world in which it lives, `weather` is what happens to
its connections.
"""
