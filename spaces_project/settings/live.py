"""What makes a Space live: Redis, Channels, Celery and LiveKit."""

from datetime import timedelta

from kombu import Exchange, Queue

from spaces_project.settings.env import env, secret

REDIS_URL: str = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

CHANNEL_LAYERS = {
    "default": {
        # One subscription per process (rooms.live.hub); measured against the core layer in benchmarks/fanout.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # The check notices a Redis that has vanished without closing its connections.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "health_check_interval": 10}], "prefix": "spaces"},
    }
}

# What is cached may be lost: without Redis whoever is signed in goes on. allauth, which counts guesses here, then
# lets nobody sign in (429): no limit is no answer to somebody who guesses.
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 120
# What keeps live rooms right must not wait behind mail or a mix: a worker with `-Q live` does nothing else. One without `-Q`
# does everything, so that one worker is enough for a small site.
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in ("celery", "live")]
CELERY_TASK_ROUTES = {
    name: {"queue": "live"}
    for name in (
        "rooms.tasks.*",
        "moderation.tasks.put_out_again",
        "moderation.tasks.sanctions_expire",
        "tickets.tasks.put_out_again",
        "recordings.tasks.agents_round",
        "recordings.tasks.recordings_round",
    )
}
CELERY_BEAT_SCHEDULE_FILENAME = None
CELERY_BEAT_SCHEDULER = "spaces_project.lib.beat:HeardScheduler"
CELERY_BEAT_SCHEDULE = {
    "reconcile-live-spaces": {
        "task": "rooms.tasks.reconcile_live_spaces",
        "schedule": timedelta(seconds=3),
        # A round that waited longer than the next one is worth nothing.
        "options": {"expires": 3},
    },
    "agents-round": {
        "task": "recordings.tasks.agents_round",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "reconcile-watched": {
        "task": "rooms.tasks.reconcile_watched",
        "schedule": timedelta(seconds=1),
        "options": {"expires": 1},
    },
    "spaces-expire": {
        "task": "rooms.tasks.spaces_expire",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "series-extend": {
        "task": "rooms.tasks.series_extend",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "fanouts": {
        "task": "social.tasks.fanouts_run",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "sanctions-expire": {
        "task": "moderation.tasks.sanctions_expire",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "put-out-again": {
        "task": "moderation.tasks.put_out_again",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "evidence-purge": {
        "task": "moderation.tasks.evidence_purge",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "deliveries-run": {
        "task": "social.tasks.deliveries_run",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "reactions-note": {
        "task": "recordings.tasks.reactions_note",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "clips-make": {
        "task": "recordings.tasks.clips_make",
        "schedule": timedelta(seconds=3),
        "options": {"expires": 3},
    },
    "clips-expire": {
        "task": "recordings.tasks.clips_expire",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "plays-forget": {
        "task": "recordings.tasks.plays_forget",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "tickets-holds-expire": {
        "task": "tickets.tasks.holds_expire",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "tickets-refunds-run": {
        "task": "tickets.tasks.refunds_run",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "tickets-space-refunds": {
        "task": "tickets.tasks.space_refunds",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "tickets-put-out-again": {
        "task": "tickets.tasks.put_out_again",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "tickets-events-run": {
        "task": "tickets.tasks.events_run",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "tickets-books-due": {
        "task": "tickets.tasks.books_due",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "webhooks-run": {
        "task": "integrations.tasks.webhooks_run",
        "schedule": timedelta(seconds=3),
        "options": {"expires": 3},
    },
    "webhooks-catch-up": {
        "task": "integrations.tasks.webhooks_catch_up",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "webhooks-purge": {
        "task": "integrations.tasks.webhooks_purge",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "insights-activity": {
        "task": "insights.tasks.activity_write",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "insights-days": {
        "task": "insights.tasks.days_catch_up",
        "schedule": timedelta(minutes=15),
        "options": {"expires": 900},
    },
    "insights-minutes": {
        "task": "insights.tasks.minutes_note",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "insights-spaces": {
        "task": "insights.tasks.spaces_catch_up",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "insights-purge": {
        "task": "insights.tasks.raw_purge",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "tick": {
        "task": "operation.tasks.tick",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "recordings-mix": {
        "task": "recordings.tasks.recordings_mix",
        "schedule": timedelta(seconds=3),
        "options": {"expires": 3},
    },
    "recordings-round": {
        "task": "recordings.tasks.recordings_round",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "spool-collect": {
        "task": "recordings.tasks.spool_collect",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
    "recordings-expire": {
        "task": "recordings.tasks.recordings_expire",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "files-delete": {
        "task": "recordings.tasks.files_delete",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "exports-run": {
        "task": "own_data.tasks.exports_run",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "exports-expire": {
        "task": "own_data.tasks.exports_expire",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "deletions-run": {
        "task": "own_data.tasks.deletions_run",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "sessions-clear": {
        "task": "own_data.tasks.sessions_clear",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "audit-seal": {
        "task": "moderation.tasks.audit_seal",
        "schedule": timedelta(seconds=5),
        "options": {"expires": 5},
    },
}

# LiveKit. An empty LIVEKIT_URL means that there is no audio server: the site works and says so.
LIVEKIT_URL: str = env.str("LIVEKIT_URL", default="")
LIVEKIT_WS_URL: str = env.str("LIVEKIT_WS_URL", default=LIVEKIT_URL.replace("http", "ws", 1))
LIVEKIT_API_KEY: str = env.str("LIVEKIT_API_KEY", default="spaces")
LIVEKIT_API_SECRET: str = (
    secret("LIVEKIT_API_SECRET", "development-only-livekit-secret-0123456789") if LIVEKIT_URL else ""
)
LIVEKIT_TIMEOUT_SECONDS: float = env.float("LIVEKIT_TIMEOUT_SECONDS", default=3.0)
# A token that was handed out stays good until it expires, whatever happens to its owner: keep it short.
LIVEKIT_TOKEN_SECONDS: int = env.int("LIVEKIT_TOKEN_SECONDS", default=90)
# LiveKit gives everybody connected a token with their rights of that moment, good for so long (its server's
# tokenDefaultTTL). Rooms in which somebody has lost a right are looked into every second for that time.
LIVEKIT_REFRESHED_TOKEN_SECONDS = 600

# The websocket.
SOCKET_MAX_FRAME_BYTES = 64 * 1024
SOCKET_TICKET_SECONDS = 30
SOCKET_PING_SECONDS: float = env.float("SOCKET_PING_SECONDS", default=20.0)
SOCKET_TICK_SECONDS: float = 0.25
# What waits for a client that reads slowly; with more it is closed, and comes back for a snapshot.
SOCKET_OUTBOX_BYTES = 256 * 1024
SOCKET_COMMANDS_BURST = 40
SOCKET_COMMANDS_PER_SECOND = 10

__all__ = [name for name in dir() if name.isupper()]
