"""Web push: our keys (RFC 8292), whom we may connect to, and one message to one browser (RFC 8030, RFC 8291).

No database here: what to send, and what comes of the answer, is decided in `social.services`.
"""
