"""People who come and go over some weeks, at random from a seed, and the same figures counted one by one from the raw rows."""

import math
import random
from datetime import UTC, date, datetime, timedelta

from accounts.models import Follow, User
from insights.measures import FROM, PERCENTILES, SPANS, Measure, SpaceMeasure
from insights.models import ActiveDay, BubbleSeen, JoinReport
from rooms.models import Attendance, CameFrom, Participation, Role, Space

FIRST = date(2026, 3, 2)  # a Monday
DAYS = 30
LAST = FIRST + timedelta(days=DAYS - 1)


def moment(day: date, seconds: float = 0) -> datetime:
    """So many seconds into that day of UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)


def populate(seed: int) -> list[Space]:
    """Fill the database; returns the Spaces. Some people are gone again: their rows went with them."""
    dice = random.Random(seed)
    people: list[User] = []
    for number in range(24):
        joined = dice.choice([FIRST - timedelta(days=30), FIRST + timedelta(days=dice.randrange(DAYS))])
        # Some in the first and the last moment of a day.
        at = dice.choice([0, 86_399.999999, dice.uniform(0, 86_400)])
        # Their counts are of no matter here: enough for all that is taken away with somebody.
        counts = {"follower_count": 99, "following_count": 99}
        people.append(User(handle=f"soul_{number}", date_joined=moment(joined, at), **counts))
    User.objects.bulk_create(people)
    days = [FIRST + timedelta(days=ahead) for ahead in range(DAYS)]
    ActiveDay.objects.bulk_create(
        ActiveDay(day=day, user=person) for person in people for day in days if dice.random() < 0.3
    )
    spaces = [_space(dice, people, dice.choice(days)) for _ in range(8)]
    _reports(dice, spaces, days)
    for gone in people[:2]:
        gone.delete()
    return list(Space.objects.filter(pk__in=[space.pk for space in spaces]))


def _space(dice: random.Random, people: list[User], day: date) -> Space:
    """A Space that lasts up to 30 hours; people come, go, come back; some are still there when nobody is any more."""
    host, *others = dice.sample(people, 9)
    began = moment(day, dice.choice([0, 86_395, dice.uniform(0, 86_400)]))
    ended = began + timedelta(seconds=dice.choice([0, 20, dice.uniform(60, 30 * 3600)]))
    space = Space.objects.create(
        host=host, title="At random", state="ended", end_reason="host", started_at=began, ended_at=ended
    )
    places = Participation.objects.bulk_create(
        Participation(
            space=space,
            user=person,
            role=Role.HOST if person == host else Role.LISTENER,
            came_from=dice.choice(CameFrom.values),
        )
        for person in [host, *others]
    )
    stretches = []
    for place in places:
        times = sorted(began + (ended - began) * dice.random() for _ in range(dice.choice([2, 4, 6])))
        # One in five was never seen to leave.
        lefts = [*times[1:-1:2], None if dice.random() < 0.2 else times[-1]]
        stretches += [
            Attendance(participation=place, joined_at=came, left_at=left)
            for came, left in zip(times[::2], lefts, strict=True)
        ]
    Attendance.objects.bulk_create(stretches)
    offsets = [dice.choice([0.0, 1.0, dice.uniform(-0.5, 1.5)]) for _ in others]
    Follow.objects.bulk_create(
        [
            Follow(follower=person, followee=host, created_at=began + (ended - began) * offset)
            for person, offset in zip(others, offsets, strict=True)
        ],
        ignore_conflicts=True,
    )
    return space


def _reports(dice: random.Random, spaces: list[Space], days: list[date]) -> None:
    reports, seen = [], []
    for space in spaces:
        for number in range(20):
            day, who, is_guest = dice.choice(days), f"{number:032}", number >= 15
            joined = dice.choice([None, dice.randrange(2000)])
            sound = None if joined is None or dice.random() < 0.3 else joined + dice.randrange(3000)
            way = CameFrom.LINK if is_guest else dice.choice(["bubble", *CameFrom.values])
            times = {"joined_ms": joined, "sound_ms": sound}
            reports.append(
                JoinReport(day=day, space=space, who=who, is_guest=is_guest, came_from=way, **times)
            )
            if way == CameFrom.BUBBLE or dice.random() < 0.5:
                seen.append(BubbleSeen(day=day, space=space, who=who))
    JoinReport.objects.bulk_create(reports)
    BubbleSeen.objects.bulk_create(seen)


def day_by_hand(day: date) -> dict[str, int]:
    """Every Measure of that day, from every row there is."""
    begin, end = moment(day), moment(day + timedelta(days=1))
    found: dict[str, int] = {}
    active = list(ActiveDay.objects.values_list("user_id", "day"))
    for measure, span in SPANS.items():
        found[measure] = len({user for user, on in active if 0 <= (day - on).days < span})
    found[Measure.SIGN_UPS] = sum(begin <= user.date_joined < end for user in User.objects.all())
    found[Measure.SPACES_HELD] = sum(begin <= space.started_at < end for space in Space.objects.all())
    total, listeners = timedelta(), set()
    for one in Attendance.objects.select_related("participation__space"):
        place = one.participation
        came, went = max(one.joined_at, begin), min(one.left_at or end, end)
        if place.user_id != place.space.host_id and one.joined_at < end and (one.left_at or end) > begin:
            total += went - came
            listeners.add(place.user_id)
    found[Measure.LISTENERS], found[Measure.LISTENED_SECONDS] = len(listeners), int(total.total_seconds())
    reports = [one for one in JoinReport.objects.all() if one.day == day]
    bubbles = [one for one in reports if one.came_from == "bubble"]
    found[Measure.BUBBLE_SEEN] = sum(one.day == day for one in BubbleSeen.objects.all())
    found[Measure.BUBBLE_TAPPED] = len(bubbles)
    found[Measure.BUBBLE_JOINED] = sum(one.joined_ms is not None for one in bubbles)
    found[Measure.BUBBLE_HEARD] = sum(one.sound_ms is not None for one in bubbles)
    found[Measure.JOINS] = sum(one.joined_ms is not None for one in reports)
    times = sorted(one.sound_ms for one in reports if one.sound_ms is not None)
    found[Measure.JOINS_HEARD] = len(times)
    for measure, part in PERCENTILES.items() if times else ():
        found[measure] = next(
            ms for ms in times if sum(one <= ms for one in times) >= math.ceil(part * len(times))
        )
    return found


def week_by_hand(week: date) -> set[tuple[date, int, int]]:
    """(cohort, size, active) of that week, for cohorts that began 11 weeks before at the earliest."""
    cohorts: dict[date, set[int]] = {}
    for user in User.objects.all():
        day = user.date_joined.astimezone(UTC).date()
        cohorts.setdefault(day - timedelta(days=day.weekday()), set()).add(user.pk)
    here = {one.user_id for one in ActiveDay.objects.all() if 0 <= (one.day - week).days < 7}
    return {
        (cohort, len(people), len(people & here))
        for cohort, people in cohorts.items()
        if timedelta() <= week - cohort <= timedelta(weeks=11)
    }


def space_by_hand(space: Space) -> dict[str, int]:
    """Every SpaceMeasure of an ended Space."""
    assert space.started_at
    assert space.ended_at
    places = [one for one in space.participations.all() if one.user_id != space.host_id]
    guests = [
        one for one in JoinReport.objects.filter(space=space, is_guest=True) if one.joined_ms is not None
    ]
    total = timedelta()
    for place in places:
        for one in place.attendances.all():
            total += min(one.left_at or space.ended_at, space.ended_at) - max(one.joined_at, space.started_at)
    found = {
        SpaceMeasure.PEOPLE: len(places),
        SpaceMeasure.GUESTS: len({one.who for one in guests}),
        SpaceMeasure.LISTENED_SECONDS: int(total.total_seconds()),
        SpaceMeasure.FOLLOWERS: sum(
            space.started_at <= one.created_at < space.ended_at for one in space.host.follower_set.all()
        ),
    }
    for way, measure in FROM.items():
        found[measure] = sum(one.came_from == way for one in places)
        found[measure] += len({one.who for one in guests if one.came_from == way})
    return {str(measure): value for measure, value in found.items()}
