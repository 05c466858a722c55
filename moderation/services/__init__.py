"""Every write of this app, one module a subject:

- `reports`: report something; `evidence`: what the server saw, kept and deleted in time
- `decisions`: what staff do; `sanctions`: what holds because of it; `effects`: what happens at once
- `appeals`: asking once more
- `audit`: the log
"""
