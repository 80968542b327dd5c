#!/usr/bin/env python3
"""More rules never allow more: random policies and calls, asked again with one more rule that denies or asks for approval.

usage: tests/policy/stricter.py PATH-OF-decide_host [CASES] [SEED]

Ends with 0 when no call was allowed that was refused or held before, with 1 otherwise, and prints the first ones.
"""
import copy
import json
import random
import subprocess
import sys

from model import LAYERS, case, rules_for

RANK = {"allow": 0, "needs_approval": 1, "deny": 2}


def with_one_more(roll, before):
    """The case with one more rule at a random place, and the rule."""
    rules = []
    while not rules:
        rules = rules_for(roll, "added")
    rule = {key: value for key, value in rules[0].items() if key != "mode"}
    after = copy.deepcopy(before)
    place = after[roll.choice(LAYERS)]
    place.insert(roll.randint(0, len(place)), rule)
    return after, rule


def answers_of(host, cases):
    done = subprocess.run([host], input="\n".join(map(json.dumps, cases)) + "\n", capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    host, count, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000, int(sys.argv[3]) if len(sys.argv) > 3 else 20261130
    roll = random.Random(seed)
    before = [case(roll) for _ in range(count)]
    added = [with_one_more(roll, one) for one in before]
    answers = answers_of(host, before + [after for after, _ in added])
    assert len(answers) == 2 * count, f"{len(answers)} answers to {2 * count} calls"
    compared, stricter, wrong = 0, 0, []
    for one, (_, rule), old, new in zip(before, added, answers, answers[count:]):
        if "error" in old or "error" in new:
            continue
        compared += 1
        stricter += RANK[new["effect"]] > RANK[old["effect"]]
        if RANK[new["effect"]] < RANK[old["effect"]]:
            wrong.append((one, rule, old, new))
    for one, rule, old, new in wrong[:3]:
        print(json.dumps(one), "\n  added:", json.dumps(rule), "\n  before:", old, "\n  after: ", new)
    print(f"{compared} of {count} policies with one more rule, seed {seed}: {stricter} calls refused or held that were not, {len(wrong)} allowed that were not")
    return 0 if not wrong and compared > count / 4 and stricter > count / 50 else 1


if __name__ == "__main__":
    sys.exit(main())
