"""Where Stripe sends its webhooks."""

from django.urls import path

from tickets.views.stripe_webhook import stripe_webhook

urlpatterns = [path("stripe/", stripe_webhook, name="stripe-webhook")]
