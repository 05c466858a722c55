"""The only place that speaks to LiveKit: tokens, rights, rooms, webhooks."""
