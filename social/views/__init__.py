"""The pages of posts, inbox and notifications."""
