"""Faults as data: a plan read from JSON, and what it does at the ports of both sandboxes."""
