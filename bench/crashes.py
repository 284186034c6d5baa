"""crashes: what becomes of a day's messages, and of the coupon codes in them, when something breaks at every single place in turn.

    python -m bench.crashes
"""

from collections import Counter

from rich.console import Console
from rich.table import Table

from chalicelib.model.instant import HOUR, MINUTE
from simulators.shop_day import BEGINS
from simulators.survey import KINDS, Survey, cuts, expected_messages, out_for_a_minute, play, stream_lost_for, survey, throttled

NAMES = {"kill_before": "process stopped before a call", "kill_after": "process stopped after a call",
         "lost_answer": "answer of a call lost", "throttle": "call refused"}


def main() -> None:
    """Print the table."""
    expected = expected_messages()
    table = Table("fault", "runs", "messages due", "delivered", "doubled", "lost silently", "unknown", "codes shared", "codes strayed",
                  "miscounted")
    for kind in KINDS:
        _row(table, NAMES[kind], [survey(world, expected) for _, world in cuts(kind)], len(expected))
    _row(table, "every event three times, at once", [survey(play(copies=3), expected)], len(expected))
    _row(table, "every event three times, 3 h apart", [survey(play(copies=3, apart=3 * HOUR), expected)], len(expected))
    _row(table, "30 % of all calls refused", [survey(throttled(0.3, f"seed {seed}"), expected) for seed in range(20)], len(expected))
    outages = [survey(out_for_a_minute(BEGINS + minute * MINUTE), expected) for minute in range(0, 90, 3)]
    _row(table, "all calls refused for a minute", outages, len(expected))
    _row(table, "streams trimmed for 25 h, then replay", [survey(stream_lost_for(25), expected)], len(expected))
    Console(width=120).print(table)
    print("delivered < due without unknown: refused with a reason (what comes a day late is `expired`)")


def _row(table: Table, name: str, surveys: list[Survey], due: int) -> None:
    total: Counter[str] = Counter()
    for result in surveys:
        total.update(delivered=result.delivered, doubled=result.doubled, lost=result.lost, unknown=result.unknown,
                     shared=result.shared, strayed=result.strayed, miscounted=result.miscounted)
    table.add_row(name, *(str(figure) for figure in (len(surveys), due * len(surveys), total["delivered"], total["doubled"], total["lost"],
                                                     total["unknown"], total["shared"], total["strayed"], total["miscounted"])))


if __name__ == "__main__":
    main()
