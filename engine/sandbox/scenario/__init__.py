"""The story that the two sandboxes tell: one seed and one date give the same one everywhere."""
