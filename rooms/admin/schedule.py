"""What comes: upcoming Spaces, who waits for them, the reminder queue."""
