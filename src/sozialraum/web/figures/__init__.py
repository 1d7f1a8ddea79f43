"""Pages of released figures, for everyone."""
