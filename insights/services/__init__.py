"""Everything that writes figures, and the reports they are made of."""
