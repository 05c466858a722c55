"""Every read of this app, one module a subject."""
