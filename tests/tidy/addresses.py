"""Each address of the gateway stands in one table: product code elsewhere uses the name that the table gives it."""
import re

from source import Finding, line_of, without_comments

# Together they hold every part of every address. The paths of an MCP server's OAuth endpoints follow its id, so that
# they may be spelled like a part of the admin API.
SHARED, ADMIN, ROUTES = "tenancy/rules/gateway_paths.hpp", "server/admin/addresses.hpp", "server/admin/routes.cpp"
GATEWAY, OAUTH = "server/pipeline/addresses.hpp", "server/oauth/endpoints.hpp"
TABLES = [SHARED, ADMIN, ROUTES, GATEWAY, OAUTH]

# The commands of the command line and the senders of server/delivery request addresses, also those of other services.
CODE = r"^(base|storage|tenancy|mcp|stripe|server/(?!cli/|delivery/)).*\.(cpp|hpp)$"
# Stripe's own API has addresses too: there, only a text that begins with a root of the gateway is one of ours.
STRIPE = re.compile(r"^stripe/")
# Parts of texts that are signed: they stay as they are, whatever the addresses become.
SIGNED = {("tenancy/audit/log_key.cpp", "/audit/"), ("tenancy/audit_log/removal.cpp", "/retention")}
PART = re.compile(r'std::string_view (\w+)\s*=\s*"(/[^"]+)";')
LITERAL = re.compile(r'"(?:[A-Z]+ )?(/[a-z.{][^" ]*)"')


def parts_of(tree, table):
    text = without_comments(tree.files.get(table, ""))
    return [(match[2], line_of(text, match.start())) for match in PART.finditer(text)]


def addresses(tree):
    home = {}
    for table in TABLES:
        for part, line in parts_of(tree, table):
            if table != OAUTH and part in home:
                yield Finding("addresses", table, line, f'"{part}" stands in {home[part]} too')
            home.setdefault(part, table)
    roots = {part.rstrip("/") for table in (SHARED, ADMIN, GATEWAY) for part, _ in parts_of(tree, table)}
    for path in tree.matching(CODE):
        if path in TABLES:
            continue
        text = without_comments(tree.files[path])
        for match in LITERAL.finditer(text):
            first = "/" + match[1].split("/")[1].split("?")[0]
            part = match[1] if match[1] in home else match[1].rstrip("/")
            ours = first in roots or (part in home and not STRIPE.match(path))
            if ours and (path, match[1]) not in SIGNED:
                yield Finding("addresses", path, line_of(text, match.start()),
                              f'"{match[1]}" is written outside {home.get(part, "the table of " + first)}: use its name')


# Where URLs are taken apart; the finder reads words of a question, which need not be URLs.
URL_HOMES = {"base/url.cpp", "stripe/finder/guess.cpp"}
URL_PARSED = re.compile(r'find\("://"|<boost/url')


def urls(tree):
    for path in tree.matching(r"^(base|storage|tenancy|mcp|stripe|server)/.*\.(cpp|hpp)$"):
        if path in URL_HOMES:
            continue
        text = without_comments(tree.files[path])
        for match in URL_PARSED.finditer(text):
            yield Finding("urls", path, line_of(text, match.start()), "URLs are taken apart by base/url only: use parse_url() or split_url()")


CHECKS = [addresses, urls]
