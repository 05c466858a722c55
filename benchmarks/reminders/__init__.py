"""What reminding many people of one Space costs, in time and in memory."""
