"""A process of the product that pays and refunds, and dies at a chosen moment (`python -m tests.tickets.victim`).

It reads a line of JSON for each act, `{"act", "id", "die_at"}`, has a child do it, and answers with "done" or "killed". The
child kills itself, by SIGKILL, right before its n-th write or commit.
"""

import gc
import json
import os
import signal
import sys
from typing import Any


def main() -> None:
    """Do what is asked for until there is no more."""
    import django

    django.setup()
    _read_ahead()
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            _die_at(told["die_at"])
            ACTS[told["act"]](told["id"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            print("killed", flush=True)
        else:
            print("done" if status == 0 else f"failed: {status}", flush=True)


def _read_ahead() -> None:
    """What all children need is read once; nothing that is open is shared with them."""
    import stripe
    from django.contrib.auth import get_user_model
    from django.db import connection

    import tickets.tasks  # noqa: F401
    from spaces_project.celery import app

    v1 = stripe.StripeClient("sk_test_0").v1
    assert v1.checkout.sessions
    assert v1.refunds
    assert app.amqp.producer_pool
    get_user_model().objects.exists()
    connection.close()
    gc.freeze()


def _die_at(number: int) -> None:
    from django.db import connection

    left = number

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().split(" ", 1)[0].upper() in ("INSERT", "UPDATE", "DELETE", "WITH"):
            step()
        return run(sql, params, many, context)

    commit = connection.commit

    def counted() -> None:
        step()
        commit()

    connection.execute_wrappers.append(execute)
    connection.commit = counted  # type: ignore[method-assign]


def pay(order_id: str) -> None:
    """What a webhook, or the page that the buyer comes back to, does."""
    from django.utils import timezone

    from tickets.models import Order
    from tickets.services.orders import order_sync

    order_sync(order=Order.objects.get(pk=order_id), now=timezone.now())


def refund(order_id: str) -> None:
    """The host pays an order back, and a worker asks Stripe."""
    from django.utils import timezone

    from tickets.models import Order, Refund
    from tickets.services.refunds import order_refund, refunds_run

    order = Order.objects.select_related("offer__seller__user").get(pk=order_id)
    now = timezone.now()
    if not Refund.objects.filter(order=order).exists():
        order_refund(order=order, by=order.offer.seller.user, now=now)
    # The one who died may have claimed it a moment ago.
    Refund.objects.filter(order=order, state="requested").update(next_try_at=now)
    refunds_run(now=now)


ACTS = {"pay": pay, "refund": refund}

if __name__ == "__main__":
    main()
