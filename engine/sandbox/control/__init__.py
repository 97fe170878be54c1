"""The control port: state, requests, judgement, changes, faults, clock, reset; all of it JSON."""
