"""Following, settings and the theme; signing in and the rest of an account's pages are allauth's, in our templates."""
