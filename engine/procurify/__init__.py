"""The Procurify side: what Procurify holds comes into the log, with every read of it."""
