"""The pages of Spaces, and of people as hosts: who is live shows on all of them."""
