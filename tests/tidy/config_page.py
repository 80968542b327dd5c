#!/usr/bin/env python3
"""docs/configuration.md against the binary. Usage: config_page.py BINARY [PAGE]

Without PAGE, prints the tables the page should hold. With it, exits 1 when a setting is missing from
the page, stands there with another default, unit, flag or text, or does not exist."""
import re
import subprocess
import sys

SETTING = re.compile(r'^  # (?P<help>.*)\n  (?P<name>\w+): "(?P<value>.*)"$', re.M)


def read_settings(printed):
    """[(group, name, default, help with its unit)] from the output of `config print`."""
    found = []
    for group in re.finditer(r"(?m)^(\w+):\n((?:  .*\n?)+)", printed):
        for match in SETTING.finditer(group[2]):
            found.append((group[1], match["name"], match["value"], match["help"]))
    return found


def row(group, name, value, text):
    unit = re.search(r"^(.*) \(([^()]+)\)$", text)
    text, unit = (unit[1], unit[2]) if unit else (text, "")
    key = f"{group}.{name}"
    environment = "TOLLGATE_" + key.replace(".", "_").upper()
    flag = "--" + re.sub("[._]", "-", key)
    shown = f"`{value}`" if value else ""
    return f"| `{key}` | {shown} | {unit} | `{environment}` | `{flag}` | {text} |"


def main():
    printed = subprocess.run([sys.argv[1], "config", "print"], env={}, timeout=20,
                             capture_output=True, check=True).stdout.decode()
    settings = read_settings(printed)
    rows = [row(*setting) for setting in settings]
    if len(sys.argv) < 3:
        print("\n".join(rows))
        return 0 if rows else 1
    with open(sys.argv[2], encoding="utf-8") as file:
        page = file.read().splitlines()
    missing = [one for one in rows if one not in page]
    known = {f"`{group}.{name}`" for group, name, _, _ in settings}
    strange = [one for one in page
               if (key := re.match(r"\| (`\w+\.\w+`) \|", one)) and key[1] not in known]
    for one in missing:
        print(f"missing from {sys.argv[2]}: {one}")
    for one in strange:
        print(f"no such setting: {one}")
    print(f"config_page: {len(rows)} settings, {len(missing)} missing, {len(strange)} unknown")
    return 1 if missing or strange or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
