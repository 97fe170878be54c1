"""What the engine reads of Procurify's replies: stamps, pages, rows, what may move unseen. Pure."""
