"""Push to apps: Google's FCM (Android) and Apple's APNs, behind what web push answers with (social.webpush.sending).

No database here: a provider takes where a message goes and the message, and says what became of it. Without credentials in the
settings there is no provider.
"""
