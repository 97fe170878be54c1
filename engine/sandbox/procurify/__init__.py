"""A Procurify over real sockets: tokens, lists, details, filters, in the shapes of procurify.md.

Invented where the facts are silent, by the decisions of their section 10.
"""
