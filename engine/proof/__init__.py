"""The proof: instruments that look for a document posted twice, lost or judged wrongly.

Composition like `cli`: it may import the service, the sandboxes and the projections; nobody
imports it but `cli` and the tests. Each instrument is a function that returns the figures of
`evidence.figures`; `python -m engine evidence` puts them together.
"""
