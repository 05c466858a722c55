"""“Went live” told to many followers."""
