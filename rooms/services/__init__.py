"""Every write to a Space, one module a subject:

- `schedule`: announce, change, move, cancel, expire; `series`: what comes again; `cohosts`: invited ahead
- `lifecycle`: start, end
- `joining`: join, be present, leave, vanish
- `guests`: the same for people without an account
- `requests`: ask to speak, and the answers
- `invitations`: invite on stage, and the answers
- `stage`: what is done to people on stage: mute, move, step down
- `control`: remove, lock, edit, pin, hand over
- `messages`, `posts`, `reactions`: what everybody inside may say
- `audio`: the database's rights into LiveKit
- `reconcile`: makes database, presence and LiveKit agree

Built on: `locks`, `details` (what may be said about a Space), `timing` (when it may take place), `announcing` (rows of what
comes), `seats` (the only changes of a role), `hosting` (who the host is), `closing` (requests and invitations end).
"""
