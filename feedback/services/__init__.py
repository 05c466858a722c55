"""Everything that changes feedback and the list."""
