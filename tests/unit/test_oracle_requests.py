"""The ring of answered requests behind the control port."""

from engine.sandbox.requests import RequestLog


def noted(log: RequestLog, count: int) -> None:
    for place in range(count):
        log.note(host="syspro", method="GET", path=f"/p{place}?UserId=secret", status=200)


def test_requests_when_noted_then_numbered_from_one_without_their_query() -> None:
    log = RequestLog()

    noted(log, 3)

    assert [(entry.n, entry.path) for entry in log.after(0)] == [(1, "/p0"), (2, "/p1"), (3, "/p2")]
    assert [entry.n for entry in log.after(2)] == [3]
    assert log.after(3) == []
    assert log.last == 3


def test_requests_when_over_capacity_then_the_oldest_fall_out_and_numbers_go_on() -> None:
    log = RequestLog(capacity=2)

    noted(log, 5)

    assert [entry.n for entry in log.after(0)] == [4, 5]
    assert [entry.n for entry in log.after(4)] == [5]


def test_requests_when_none_was_noted_then_empty() -> None:
    log = RequestLog()

    assert log.after(0) == []
    assert log.last == 0


def test_requests_when_noted_in_order_then_their_instants_are() -> None:
    log = RequestLog()

    noted(log, 5)

    instants = [entry.at for entry in log.after(0)]
    assert instants == sorted(instants)
    assert all(entry.wall_at.tzinfo is not None for entry in log.after(0))
