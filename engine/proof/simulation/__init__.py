"""The whole service in a seed: real pollers, projector and lanes over virtual time.

`loop`, `clock`, `chance`, `network` and `wire` are the world in which it lives, `store` its
database, `weather`, `storm` and `mishaps` what goes wrong there. `script` is what a seed makes
happen, `site` both systems, `engines` the engines in all their lives; `trial` plays a script,
`witness`, `chronicle` and `judge` say what must not have been, `series` runs many seeds.
"""
