"""The vocabulary: events, commands, money, digests, keys, mapping, lifecycle, reasons. Pure."""
