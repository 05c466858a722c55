"""Every read of tickets and money.

- `creators`: who may sell, and what they have earned
- `offers`: what is sold for a Space, how many wait
- `books`: what was booked, for reconciliation
- `tickets`: who may come in, whose ticket is whose
"""
