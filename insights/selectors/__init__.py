"""Everything that is read for figures, and of them."""
