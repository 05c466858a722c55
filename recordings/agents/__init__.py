"""The workers in rooms: processes beside the site that join LiveKit's rooms hidden, listen, and write down or record.

`python -m recordings.agents` waits for jobs on LiveKit's own worker protocol. Each job is a process of its own: a kind of work
(`AGENT_KINDS`) in one room. Who is sent where is decided by `recordings.services.agents`.

- `worker`: the process that waits, and keeps one for the next job warm
- `process`: what a job's process does from its first moment to its last
- `agent`: a job in its process: the claim, the room, when it is over
- `captions`: writes down what is said
- `recorder`: records it
"""
