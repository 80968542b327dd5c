#!/usr/bin/env python3
"""A second evaluator of rules, written from docs/policies.md alone, and random policies and calls on which both must agree.

usage: tests/policy/model.py PATH-OF-decide_host [CASES] [SEED]

Ends with 0 when every decision was the same, with 1 otherwise, and prints the first cases that differ.
"""
import datetime
import json
import random
import re
import subprocess
import sys
import zoneinfo

TOOLS = ["create_a_stripe_refund", "create_a_stripe_customer", "create_a_stripe_payment_intent", "update_a_stripe_customer_by_id",
         "create_a_stripe_invoice", "list_all_stripe_charges", "create_a_stripe_price", "create_a_stripe_coupon",
         "create_a_stripe_checkout_session", "update_a_stripe_payment_intent_by_id", "capture_a_stripe_payment_intent_by_id"]
READS = {"list", "get", "search"}
WORDS = {"read": READS, "write": {"create", "update", "delete"}}
LAYERS = ["team", "account", "server"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


# What a rule says, as the page has it.

def selects(rule, tool):
    methods = set()
    for word in rule.get("methods", []):
        methods |= WORDS.get(word, {word})
    return ((not methods or tool["method"] in methods) and (not rule.get("tools") or tool["name"] in rule["tools"])
            and tool["name"] not in rule.get("except_tools", ()) and (not rule.get("tags") or set(rule["tags"]) & set(tool["tags"])))


def parts(path):
    anywhere = path.startswith("**.")
    names = (path[3:] if anywhere else path).split(".")
    return anywhere, [(name.removesuffix("[]"), name.endswith("[]")) for name in names]


def takes(tool, path):
    anywhere, steps = parts(path)
    names = [name for name, _ in steps]
    if anywhere:
        return any(names[0] in one for one in tool["paths"])
    return names in tool["paths"] or (len(names) == 2 and names[0] in tool["maps"])


def values(arguments, path):
    """(value, the object it is in) for everything at `path`."""
    anywhere, steps = parts(path)
    if anywhere:
        return list(everywhere(arguments, steps[0][0]))
    return list(walk(arguments, steps))


def everywhere(value, name):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == name:
                yield inner, value
            yield from everywhere(inner, name)
    if isinstance(value, list):
        for inner in value:
            yield from everywhere(inner, name)


def walk(within, steps):
    (name, each), rest = steps[0], steps[1:]
    found = within.get(name)
    if name not in within:
        return
    for value in found if isinstance(found, list) and (each or rest) else [found]:
        if not rest:
            yield value, within
        elif isinstance(value, dict):
            yield from walk(value, rest)


def number(value):
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(\.[0-9]*)?", value):
        return float(value) if "." in value else int(value)
    return None


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return value if isinstance(value, str) else str(value) if isinstance(value, (int, float)) else None


def currency(within, arguments, tool):
    if "refunds" in tool["tags"]:
        return None  # that of the payment
    for one in (within, arguments):
        if isinstance(one.get("currency"), str):
            return one["currency"].lower()
    return None


def paths_of(what):
    return what["arguments"] if "arguments" in what else [what["argument"]]


def complete(value, steps):
    if isinstance(value, list):
        return bool(value) and all(complete(one, steps) for one in value)
    if not steps:
        return value is not None
    return isinstance(value, dict) and steps[0][0] in value and complete(value[steps[0][0]], steps[1:])


def number_kept(what, most, tool, arguments):
    found = [pair for path in paths_of(what) for pair in values(arguments, path) if pair[0] is not None]
    for value, within in found:
        bound = what.get("value")
        if bound is None:
            unit = currency(within, arguments, tool)
            amounts = what["amounts"]
            bound = amounts.get(unit) if unit else (min if most else max)(amounts.values())
        amount = number(value)
        if bound is None or amount is None or (amount > bound if most else amount < bound):
            return False
    if what.get("if_absent") == "allow":
        return True
    if what.get("if_absent") == "deny":
        return any(found_anywhere(path, arguments) for path in paths_of(what))
    if tool["method"] in READS | {"update"}:
        return True
    top = [parts(path)[1][0][0] for path in paths_of(what) if len(parts(path)[1]) == 1 and takes(tool, parts(path)[1][0][0])]
    missing = [name for name in top if arguments.get(name) is None]
    return not any(name in ("amount", "amount_to_capture", "refund_amount") for name in missing) and (not top or len(missing) < len(top))


def found_anywhere(path, arguments):
    anywhere, steps = parts(path)
    return any(value is not None for value, _ in values(arguments, path)) if anywhere else complete(arguments, steps)


def texts_kept(paths, arguments, good):
    return all(text(value) is not None and good(text(value)) for path in paths for value, _ in values(arguments, path))


def given(path, arguments):
    return any(value not in ("", None) for value, _ in values(arguments, path))


def hours_kept(what, now):
    local = now.astimezone(zoneinfo.ZoneInfo(what["time_zone"]))
    minute = local.hour * 60 + local.minute
    first, last = (int(t[:2]) * 60 + int(t[3:]) for t in (what["from"], what["to"]))
    days = what.get("days") or DAYS
    today, yesterday = DAYS[local.weekday()] in days, DAYS[local.weekday() - 1] in days
    if first < last:
        return today and first <= minute < last
    return (today and minute >= first) or (yesterday and minute < last)


STATES = {"refund_within_remaining": "remaining", "no_open_dispute": "dispute", "max_age_days": "age", "capturable": "capturable",
          "repeat_within_minutes": "repeat"}


def state_kept(kind, what, arguments, now, state):
    """None: it is not known."""
    if kind == "refund_within_remaining":
        left, given = state.get("remaining"), arguments.get("amount")
        if left is None:
            return None
        return left > 0 and (given is None or (number(given) is not None and number(given) <= left))
    if kind == "max_age_days":
        created = state.get("created")
        return None if created is None else now - moment(created) <= datetime.timedelta(days=what["value"])
    if kind == "no_open_dispute":
        return None if "open_dispute" not in state else not state["open_dispute"]
    if kind == "capturable":
        return state.get("capturable")
    return not state.get("repeated", False)


def moment(written):
    return datetime.datetime.fromisoformat(written.replace("Z", "+00:00"))


def kept(rule, tool, arguments, now, state):
    for kind, what in rule.items():
        if kind in ("max_value", "min_value"):
            return number_kept(what, kind == "max_value", tool, arguments)
        if kind in ("allowed_values", "denied_values"):
            return texts_kept(paths_of(what), arguments, lambda one: (one in what["values"]) == (kind == "allowed_values"))
        if kind == "currencies":
            return texts_kept(["**.currency"], arguments, lambda one: one.lower() in what)
        if kind == "prefix":
            return texts_kept(paths_of(what), arguments, lambda one: one.startswith(tuple(what["values"])))
        if kind == "pattern":
            return texts_kept(paths_of(what), arguments, lambda one: re.fullmatch(what["value"], one) is not None)
        if kind == "max_length":
            return texts_kept(paths_of(what), arguments, lambda one: len(one) <= what["value"])
        if kind == "requires_field":
            return ("argument" in what and not given(what["argument"], arguments)) or all(given(one, arguments) for one in what["fields"])
        if kind == "metadata":
            return all(given("metadata." + one, arguments) for one in what)
        if kind == "forbidden_arguments":
            return not any(values(arguments, one) for one in what)
        if kind == "hours":
            return hours_kept(what, now)
        if kind in STATES:
            return state_kept(kind, what, arguments, now, state)
    return False  # without a condition


def applies(rule, tool):
    if not selects(rule, tool) or any(kind in rule and state not in tool["states"] for kind, state in STATES.items()):
        return False
    about = next((paths_of(rule[kind]) for kind in ("max_value", "min_value", "allowed_values", "denied_values", "prefix", "pattern",
                                                    "max_length") if kind in rule), None)
    if "currencies" in rule:
        about = ["**.currency"]
    if "forbidden_arguments" in rule:
        about = rule["forbidden_arguments"]
    return about is None or any(takes(tool, path) for path in about)


def excepted(case, layer, rule):
    return any(one["open"] and one["layer"] == layer and one["rule"] == rule["id"] for one in case["exceptions"])


def decide(case, tools):
    tool, now = tools[case["tool"]], moment(case["now"])
    out, observed = {"effect": "allow", "rule": "", "layer": "none"}, []
    # Rules about Stripe's state are asked when no other rule denies the call.
    for about_state in (False, True):
        out, observed = {"effect": "allow", "rule": "", "layer": "none"}, []
        for layer in LAYERS:
            for rule in case[layer]:
                if not applies(rule, tool) or (not about_state and set(rule) & set(STATES)):
                    continue
                good = kept(rule, tool, case["arguments"], now, case["state"])
                if good:
                    continue
                if rule.get("mode") == "observe" or excepted(case, layer, rule):
                    observed.append(rule["id"])
                    continue
                then = "deny" if good is None else rule.get("then", "deny")
                if then == "deny":
                    return {"effect": "deny", "rule": rule["id"], "layer": layer, "observed": observed}
                if out["effect"] == "allow":
                    out = {"effect": then, "rule": rule["id"], "layer": layer}
    return {**out, "observed": observed}


# Random policies and calls.

AMOUNTS = [0, 1, 499, 500, 501, 4999, 5000, 5001, 10**9, "500", "501", 500.0, "500.5", 2.5, True, None]
TEXTS = ["duplicate", "fraudulent", "ch_1", "py_1", "", "\u00e4\u00f6\u00fc", "T-1", "abcdef", None]


def arguments_for(roll):
    out = {}
    for name, some in (("amount", AMOUNTS), ("currency", ["usd", "USD", "eur", "jpy", None]), ("reason", TEXTS), ("charge", TEXTS),
                       ("description", TEXTS), ("email", TEXTS), ("unit_amount", AMOUNTS), ("amount_off", AMOUNTS)):
        if roll.random() < 0.5:
            out[name] = roll.choice(some)
    if roll.random() < 0.5:
        out["metadata"] = {key: roll.choice(TEXTS) for key in ("ticket", "order", "amount") if roll.random() < 0.5}
    if roll.random() < 0.3:
        out["line_items"] = [{"price_data": {"unit_amount": roll.choice(AMOUNTS), **({"currency": roll.choice(["usd", "eur"])} if roll.random() < 0.5 else {})},
                              "quantity": 1} for _ in range(roll.randint(0, 3))]
    return out


def condition(roll):
    path = roll.choice(["amount", "**.amount", "**.unit_amount", "line_items[].price_data.unit_amount", "line_items.price_data.unit_amount", "unit_amount", "amount_off"])
    words = roll.choice(["reason", "charge", "description", "email", "metadata.ticket", "**.currency"])
    kind = roll.choice(["max_value", "max_value", "min_value", "allowed_values", "denied_values", "currencies", "prefix", "pattern",
                        "max_length", "requires_field", "metadata", "forbidden_arguments", "hours", None, *STATES])
    if kind in ("max_value", "min_value"):
        what = {"argument": path} if roll.random() < 0.7 else {"arguments": [path, "amount"]}
        if roll.random() < 0.5:
            what["value"] = roll.choice([0, 500, 5000])
        else:
            what["amounts"] = roll.choice([{"usd": 500}, {"usd": 5000, "eur": 500}, {"jpy": 1}])
        if roll.random() < 0.3:
            what["if_absent"] = roll.choice(["allow", "deny"])
        return {kind: what}
    if kind in ("allowed_values", "denied_values"):
        return {kind: {"argument": words, "values": roll.sample(["duplicate", "ch_1", "T-1", "usd", "500"], 2)}}
    return {kind: {"currencies": ["usd", "eur"], "prefix": {"argument": words, "values": ["ch_", "T"]},
                   "pattern": {"argument": words, "value": "[a-z]+_[0-9]"}, "max_length": {"argument": words, "value": 4},
                   "requires_field": {**({"argument": "amount"} if roll.random() < 0.5 else {}), "fields": ["reason"]},
                   "metadata": ["ticket"], "forbidden_arguments": [words],
                   "refund_within_remaining": True, "no_open_dispute": True, "capturable": True, "max_age_days": {"value": roll.choice([10, 30])},
                   "repeat_within_minutes": {"value": 60},
                   "hours": {"time_zone": roll.choice(["UTC", "Europe/Berlin", "America/New_York"]), "days": roll.sample(DAYS, 3),
                             "from": roll.choice(["09:00", "22:00"]), "to": roll.choice(["17:00", "02:30", "24:00"])}}[kind]} if kind else {}


def rules_for(roll, place):
    out = []
    for number_of_rule in range(roll.choice([0, 1, 1, 2, 4])):
        one = {"id": f"{place}_{number_of_rule}", **condition(roll)}
        if roll.random() < 0.4:
            one["tools"] = roll.sample(TOOLS, 3)
        if roll.random() < 0.2:
            one["except_tools"] = roll.sample(TOOLS, 2)
        if roll.random() < 0.2:
            one["methods"] = roll.sample(["create", "update", "read", "write", "custom"], 2)
        if roll.random() < 0.3:
            one["then"] = "needs_approval"
        if roll.random() < 0.15:
            one["mode"] = "observe"
        out.append(one)
    return out


def state_for(roll, now):
    whole = {"remaining": roll.choice([0, 1, 500, 501, 5000]), "open_dispute": roll.random() < 0.3, "capturable": roll.random() < 0.7,
             "created": (now - datetime.timedelta(days=roll.choice([9, 10, 11, 40]))).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {**{key: value for key, value in whole.items() if roll.random() < 0.9}, "repeated": roll.random() < 0.3}


def case(roll):
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=roll.randrange(365 * 86400))
    exceptions = [{"layer": roll.choice(LAYERS), "rule": f"{roll.choice(LAYERS)}_{roll.randrange(4)}", "open": roll.random() < 0.8}
                  for _ in range(roll.choice([0, 0, 0, 1, 3]))]
    return {**{place: rules_for(roll, place) for place in LAYERS}, "exceptions": exceptions, "tool": roll.choice(TOOLS), "arguments": arguments_for(roll),
            "state": state_for(roll, now), "now": now.strftime("%Y-%m-%dT%H:%M:%SZ")}


def main():
    host, count, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20_000, int(sys.argv[3]) if len(sys.argv) > 3 else 20261130
    lines = subprocess.run([host, "facts", *TOOLS], capture_output=True, text=True, check=True).stdout.splitlines()
    tools = {tool["name"]: tool for tool in map(json.loads, lines)}
    roll = random.Random(seed)
    cases = [case(roll) for _ in range(count)]
    done = subprocess.run([host], input="\n".join(map(json.dumps, cases)) + "\n", capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == count, f"{len(answers)} answers to {count} calls"
    seen, differ, refused = {}, [], {}
    for one, answer in zip(cases, answers):
        if "error" in answer:
            refused[answer["error"]] = refused.get(answer["error"], 0) + 1
            continue
        mine = decide(one, tools)
        seen[mine["effect"]] = seen.get(mine["effect"], 0) + 1
        if any(mine[key] != answer[key] for key in mine):
            differ.append((one, mine, answer))
    for one, mine, answer in differ[:3]:
        print(json.dumps(one), "\n  model:  ", mine, "\n  product:", answer)
    print(f"{count} policies and calls, seed {seed}: {len(differ)} differ; decided {seen}; policies refused when read {refused}")
    enough = all(seen.get(effect, 0) > count / 100 for effect in ("allow", "deny", "needs_approval"))
    return 0 if not differ and enough else 1


if __name__ == "__main__":
    sys.exit(main())
