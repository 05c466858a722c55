"""Every write of this app, one module a subject:

- `posts`: post, reply, delete, like
- `direct`: write to somebody, read, delete; who may write
- `notifications`: tell one person something (`notify`); seen, read; preferences
- `followers`: somebody has a new follower, or hundreds have
- `fanouts`: tell many the same (`fanout_schedule`), chunk by chunk, whatever dies
- `deliveries`: e-mail and push go out
- `push`: browsers that take push messages
"""
