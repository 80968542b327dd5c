#!/usr/bin/env python3
"""The image's packages against the binary: image_packages.py BINARY PACKAGES

Exits 1 when a library that the binary links is in none of the packages of the group "image" in PACKAGES, or
when that group has a library package that the binary does not link."""
import os
import re
import subprocess
import sys

BASE = {"libc6", "libgcc-s1"}  # in every Debian


def output(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


def main():
    binary, packages = sys.argv[1:]
    with open(packages, encoding="utf-8") as file:
        image = {line.split()[1] for line in file if line.startswith("image ")}
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", output("llvm-readelf-19", "-d", binary))
    places = dict(re.findall(r"(\S+) => (/\S+)", output("ldd", binary)))
    linked = set()
    for name in needed:
        if name not in places:  # the loader itself
            continue
        # /lib and /usr/lib are one folder, and a package names either.
        path = os.path.realpath(places[name]).removeprefix("/usr")
        linked.add(output("dpkg", "-S", "*" + path).split(":")[0])
    missing = sorted(linked - image - BASE)
    unused = sorted(name for name in image - linked if name.startswith("lib"))
    for name in missing:
        print(f"the binary links {name}: deploy/packages lacks 'image {name}'")
    for name in unused:
        print(f"the binary does not link {name}: take 'image {name}' out of deploy/packages")
    print(f"image_packages: {len(needed)} libraries, {len(missing)} missing, {len(unused)} unused")
    return 1 if missing or unused or not needed else 0


if __name__ == "__main__":
    sys.exit(main())
