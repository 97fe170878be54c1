"""The texts of every reason, a module a noun. Owned by `core.reasons`, which reads all of them."""
