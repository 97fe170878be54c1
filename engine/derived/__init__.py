"""The derived rows: in PostgreSQL (`rows`), in memory (`workspace`), made event by event
(`folding`), and beside the live ones for a comparison (`shadow`)."""
