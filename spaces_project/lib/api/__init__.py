"""What all REST views share: authentication, errors, pages and how they appear in the schema."""
