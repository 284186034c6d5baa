"""A stream feeds its function in order, and what fails comes again as Lambda lets it come again."""

from local.functions import InvocationFailed
from local.streams import StreamFeed
from tests.local.fakes import Failures, ListedStream, Script, StandingClock, crash, failing, mapping, record


def feed(records, answer, clock=None, give_up=None, observe=lambda record: None, **changes):
    functions = Script(answer)
    made = StreamFeed(mapping(**changes), ListedStream(records), functions, clock or StandingClock(), give_up or Failures(), observe)
    return made, functions


def drain(made, force=False):
    steps = 0
    while made.step(force) and steps < 100:
        steps += 1


def test_records_are_handed_over_in_batches_and_in_order():
    made, functions = feed([record(number) for number in range(1, 6)], lambda ids: failing())
    drain(made)
    assert functions.calls == [["1", "2", "3"], ["4", "5"]]
    assert made.waiting() is None


def test_what_the_filter_does_not_want_is_seen_but_not_handed_over():
    seen = []
    records = [record(1, name="MODIFY"), record(2), record(3, name="REMOVE")]
    made, functions = feed(records, lambda ids: failing(), observe=lambda each: seen.append(each["eventName"]))
    drain(made)
    assert functions.calls == [["2"]]
    assert seen == ["MODIFY", "INSERT", "REMOVE"]


def test_after_a_partial_failure_it_goes_on_from_the_lowest_failed_record():
    answers = iter([failing("3", "2"), failing()])
    clock = StandingClock()
    made, functions = feed([record(number) for number in (1, 2, 3)], lambda ids: next(answers), clock)
    drain(made)
    assert functions.calls == [["1", "2", "3"]]
    assert "on_events has 2 records" in made.waiting()
    clock.now += 1_000
    drain(made)
    assert functions.calls == [["1", "2", "3"], ["2", "3"]]


def test_nothing_behind_a_batch_that_waits_moves():
    clock = StandingClock()
    made, functions = feed([record(number) for number in range(1, 7)], crash, clock, bisects=False)
    drain(made)
    assert functions.calls == [["1", "2", "3"]]
    assert made.next_due() == clock.now + 1_000


def test_a_report_that_names_an_unknown_record_fails_the_whole_batch():
    answers = iter([failing("77"), failing()])
    made, functions = feed([record(1), record(2)], lambda ids: next(answers))
    drain(made)
    made.step(force=True)
    assert functions.calls == [["1", "2"], ["1", "2"]]


def test_a_batch_that_kills_its_function_is_halved_until_the_poison_is_alone():
    def dies_of_3(ids):
        if "3" in ids:
            raise InvocationFailed("on_events was killed: before dynamodb GetItem")
        return failing()

    clock = StandingClock()
    made, functions = feed([record(number) for number in range(1, 5)], dies_of_3, clock, batch_size=4)
    drain(made)
    assert functions.calls == [["1", "2", "3", "4"], ["1", "2"], ["3", "4"], ["3"]]
    assert "killed" in made.waiting()
    clock.now += 1_000
    drain(made)
    assert functions.calls[4:] == [["3"]]


def test_without_bisecting_and_with_two_retries_the_batch_is_given_up_and_told():
    told, clock = Failures(), StandingClock()
    made, functions = feed([record(1), record(2)], crash, clock, told, bisects=False, retries=2)
    for _ in range(3):
        drain(made, force=True)
    assert functions.calls == [["1", "2"]] * 3
    assert made.waiting() is None
    (letter,) = told.told
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert (letter["DDBStreamBatchInfo"]["startSequenceNumber"], letter["DDBStreamBatchInfo"]["endSequenceNumber"]) == ("1", "2")
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 2


def test_progress_inside_a_batch_begins_the_count_of_retries_anew():
    answers = iter([failing("1"), failing("2"), failing("2"), failing()])
    told = Failures()
    made, functions = feed([record(1), record(2)], lambda ids: next(answers), give_up=told, retries=1)
    for _ in range(4):
        drain(made, force=True)
    assert functions.calls == [["1", "2"], ["1", "2"], ["2"]]
    assert [letter["DDBStreamBatchInfo"]["startSequenceNumber"] for letter in told.told] == ["2"]


def test_records_older_than_the_maximum_age_are_given_up():
    told, clock = Failures(), StandingClock()
    made, functions = feed([record(1), record(2, at=clock.now + 50_000)], crash, clock, told, bisects=False, record_age=60_000)
    drain(made)
    clock.now += 70_000
    drain(made)
    assert functions.calls == [["1", "2"], ["2"]]
    assert told.told[0]["requestContext"]["condition"] == "RecordAgeExceeded"


def test_retries_wait_longer_each_time_on_beckons_clock():
    clock = StandingClock()
    made, functions = feed([record(1)], crash, clock)
    waits = []
    drain(made)
    for _ in range(8):
        waits.append((made.next_due() - clock.now) // 1_000)
        clock.now = made.next_due()
        drain(made)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert len(functions.calls) == 9
