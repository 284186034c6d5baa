"""A queue feeds its function; a failed message comes again after its visibility timeout, and in the end lies with the dead letters."""

import pytest

from local.functions import InvocationFailed
from local.mappings import QueueMapping
from local.patterns import compile_filters
from local.queues import QueueFeed
from tests.local.fakes import Script, StandingClock, failing


@pytest.fixture
def sqs(aws, storage):
    return aws.client("sqs")


def feed(sqs, storage, answer, clock=None, receives=3):
    functions = Script(answer)
    mapping = QueueMapping("on_email_marketing", "EmailMarketingQueue", 10, compile_filters(None), True, 180_000, receives,
                           "EmailMarketingDeadLetters")
    queue, dead_letters = storage["EmailMarketingQueue"], storage["EmailMarketingDeadLetters"]
    return QueueFeed(mapping, sqs, queue.ref, queue.arn, dead_letters.ref, functions, clock or StandingClock()), functions


def put(sqs, storage, *bodies):
    return [sqs.send_message(QueueUrl=storage["EmailMarketingQueue"].ref, MessageBody=body)["MessageId"] for body in bodies]


def depth(sqs, storage, queue):
    answer = sqs.get_queue_attributes(QueueUrl=storage[queue].ref, AttributeNames=["All"])["Attributes"]
    return int(answer["ApproximateNumberOfMessages"]) + int(answer["ApproximateNumberOfMessagesNotVisible"])


def test_what_succeeds_is_deleted(sqs, storage):
    ids = put(sqs, storage, '{"a":1}', '{"b":2}')
    made, functions = feed(sqs, storage, lambda ids: failing())
    assert made.step()
    assert not made.step()
    assert functions.calls == [ids]
    assert depth(sqs, storage, "EmailMarketingQueue") == 0


def test_only_what_failed_comes_again_and_not_before_its_time(sqs, storage):
    first, second = put(sqs, storage, "1", "2")
    answers = iter([failing(second), failing()])
    clock = StandingClock()
    made, functions = feed(sqs, storage, lambda ids: next(answers), clock)
    made.step()
    clock.now += 179_999
    assert not made.step()
    clock.now += 1
    assert made.step()
    assert functions.calls == [[first, second], [second]]
    assert made.waiting() is None


def test_a_function_that_dies_gets_the_whole_batch_again(sqs, storage):
    ids = put(sqs, storage, "1", "2")
    fate = iter([InvocationFailed("killed"), failing(), failing()])

    def answer(_):
        result = next(fate)
        if isinstance(result, Exception):
            raise result
        return result

    made, functions = feed(sqs, storage, answer)
    made.step()
    assert "killed" in made.waiting()
    while made.step(force=True):
        continue
    assert functions.calls == [ids, ids[:1], ids[1:]], "one by one, so that it cannot die of its neighbour again"


def test_after_its_last_receive_a_message_lies_with_the_dead_letters(sqs, storage):
    (poison,) = put(sqs, storage, '{"poison":true}')
    clock = StandingClock()
    made, functions = feed(sqs, storage, lambda ids: failing(*ids), clock)
    while made.step():
        clock.now += 180_000
    assert functions.calls == [[poison]] * 3
    assert depth(sqs, storage, "EmailMarketingQueue") == 0
    letters = sqs.receive_message(QueueUrl=storage["EmailMarketingDeadLetters"].ref)["Messages"]
    assert [letter["Body"] for letter in letters] == ['{"poison":true}']


def test_retries_ahead_of_their_time_use_up_no_receives_but_come_to_an_end(sqs, storage):
    (poison,) = put(sqs, storage, "1")
    made, functions = feed(sqs, storage, lambda ids: failing(*ids))
    while made.step(force=True):
        continue
    assert functions.calls == [[poison]] * 101
    assert depth(sqs, storage, "EmailMarketingDeadLetters") == 1


def test_messages_that_wait_do_not_hold_up_new_ones(sqs, storage):
    stuck = put(sqs, storage, *map(str, range(10)))
    made, functions = feed(sqs, storage, lambda ids: failing(*(each for each in ids if each in stuck)))
    made.step()
    fresh = put(sqs, storage, "fresh")
    made.step()
    assert functions.calls[-1] == fresh
