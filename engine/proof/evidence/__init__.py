"""What the instruments found, as figures, as `evidence.json` and as a page for an auditor."""
