"""How hard a peer is tried: circuits that open when it fails, budgets for asking again.

Knows no side and no domain word, so that Procurify's and SYSPRO's clients share it. Owns nothing.
"""
