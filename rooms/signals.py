"""What happens in Spaces that apps above may want to know. Receivers only enqueue: they run right after the commit."""

from django.dispatch import Signal

# Somebody was invited on stage: space, user (the invited), by, role ("speaker" or "cohost").
invited = Signal()
