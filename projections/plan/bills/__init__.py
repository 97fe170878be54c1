"""A bill becomes an AP invoice, or what the company has instead of one: rules.md §5.3. Pure."""
