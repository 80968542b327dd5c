"""The processes of a benchmark: nginx as static upstream, nginx as plain proxy, and the gateway."""
import json
import os
import pathlib
import random
import signal
import socket
import ssl
import string
import subprocess
import time
import urllib.request

SERVER_CORE = "0"
LOAD_CORE = "1"

NGINX = """
worker_processes 1;
worker_rlimit_nofile 65536;
daemon off;
pid {dir}/{name}.pid;
error_log {dir}/{name}.err;
events {{ worker_connections 24576; }}
http {{
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path {dir}/body;
  proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/fastcgi;
  uwsgi_temp_path {dir}/uwsgi;
  scgi_temp_path {dir}/scgi;
  default_type application/json;
  {body}
}}
"""

UPSTREAM = """
  map $arg_limit $page {{ default small.json; 10 page8.json; 100 page80.json; }}
  server {{
    listen 127.0.0.1:{port};
    root {dir}/www;
    add_header Request-Id req_bench;
    location = /v1/balance {{ try_files /balance.json =404; }}
    location = /v1/charges {{ try_files /$page =404; }}
    location = /v1/refunds {{ return 200 '{refund}'; }}
  }}
"""

PROXY = """
  upstream stripe {{ server 127.0.0.1:{upstream}; keepalive 512; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{port}{tls};
    location / {{ proxy_pass http://stripe; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffers 16 16k; }}
  }}
"""

TLS = """ ssl;
    ssl_certificate {dir}/tls.crt;
    ssl_certificate_key {dir}/tls.key"""


REFUND = json.dumps({"id": "re_3NqbenchRefundAbcdEfgh", "object": "refund", "amount": 500, "charge": "ch_3NqbenchChargeAbcdEfgh",
                     "created": 1795000000, "currency": "usd", "metadata": {}, "reason": None, "status": "succeeded"})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def charge(index):
    """One charge, as large as Stripe's and pretty-printed like theirs. Its ids are letters and digits, as theirs are:
    a run of 13 digits would be looked at as a card number."""
    draw = random.Random(index)
    some_id = lambda prefix, length: prefix + "".join(draw.choices(string.ascii_letters + string.digits, k=length))
    return {
        "id": some_id("ch_", 24), "object": "charge", "amount": 1000 + index, "amount_captured": 1000 + index,
        "amount_refunded": 0, "balance_transaction": some_id("txn_", 24),
        "billing_details": {"address": {"city": None, "country": "US", "line1": None}, "email": "a@example.com", "name": "Jane \"JD\" Doe"},
        "captured": True, "created": 1795000000 + index, "currency": "usd", "customer": some_id("cus_", 14),
        "description": "Order caf\u00e9", "metadata": {"order_id": str(index)}, "paid": True,
        "payment_intent": some_id("pi_", 24), "status": "succeeded", "receipt_url": "https://pay.example.com/receipts/x",
    }


def write_answers(folder):
    folder.mkdir()
    pretty = lambda value: json.dumps(value, indent=2)
    page = lambda count: pretty({"object": "list", "url": "/v1/charges", "has_more": True, "data": [charge(i) for i in range(count)]})
    balance = {"object": "balance", "available": [{"amount": 512300, "currency": "usd", "source_types": {"card": 512300}}],
               "livemode": False, "pending": [{"amount": 1200, "currency": "usd", "source_types": {"card": 1200}}]}
    (folder / "balance.json").write_text(pretty(balance))
    (folder / "small.json").write_text(page(1))
    (folder / "page8.json").write_text(page(10))
    (folder / "page80.json").write_text(page(100))


class Stack:
    """`under` is put before the gateway's command, for a tool that watches it; `patience` is how long the gateway may
    take to answer, in seconds. With `tls`, clients of the gateway and of the proxy speak TLS. With more than one of `loops`,
    the gateway has both cores."""

    def __init__(self, binary, folder, under=(), patience=10, tls=False, loops=1):
        self.folder = pathlib.Path(folder)
        self.binary = binary
        self.under = under
        self.patience = patience
        self.scheme = "https" if tls else "http"
        self.loops = loops
        self.processes = []

    def spawn(self, core, *command):
        # As a service is started: a file of all authorities, which this shell may name, takes 40 ms to read.
        environment = {name: value for name, value in os.environ.items() if name not in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
        process = subprocess.Popen(["taskset", "-c", core, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        self.processes.append(process)
        return process

    def nginx(self, name, core, body):
        port = free_port()
        path = self.folder / f"{name}.conf"
        path.write_text(NGINX.format(dir=self.folder, name=name, body=body(port)))
        process = self.spawn(core, "nginx", "-p", str(self.folder), "-c", str(path))
        wait_port(port)
        return port, process

    def start(self):
        write_answers(self.folder / "www")
        for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
            (self.folder / name).mkdir()
        self.upstream, _ = self.nginx("upstream", LOAD_CORE, lambda p: UPSTREAM.format(port=p, dir=self.folder, refund=REFUND))
        tls = ""
        if self.scheme == "https":
            make_certificate(self.folder)
            tls = TLS.format(dir=self.folder)
        self.proxy, self.proxy_process = self.nginx("proxy", SERVER_CORE, lambda p: PROXY.format(port=p, upstream=self.upstream, tls=tls))
        self.start_gateway()

    def start_peer(self):
        """Starts the server of tests/interop/peer.mjs: its process and URL. npm's packages must be there."""
        tests = pathlib.Path(__file__).resolve().parent.parent
        process = self.spawn(SERVER_CORE, str(tests / "support" / "node"), str(tests / "interop" / "peer.mjs"), str(self.upstream))
        line = process.stdout.readline()
        if not line:
            raise SystemExit("bench: the peer did not start: tests/support/npm_packages")
        return process, f"http://127.0.0.1:{int(line)}/"

    def start_gateway(self):
        ports = self.folder / "ports.json"
        tls = ["--tls-certificate", f"{self.folder}/tls.crt", "--tls-key", f"{self.folder}/tls.key"] if self.scheme == "https" else []
        began = time.monotonic()
        self.gateway = self.spawn(
            SERVER_CORE if self.loops == 1 else f"{SERVER_CORE},{LOAD_CORE}", *self.under, self.binary, "serve", "--server-listen", "127.0.0.1:0", "--server-ports-file", str(ports),
            "--data-directory", str(self.folder / "data"), "--server-loops", str(self.loops), "--limits-requests-per-token", "1000",
            "--limits-calls-per-account", "0", "--limits-calls-per-team", "0", "--limits-connections", "60000",
            "--limits-streams", "50000", "--limits-streams-per-token", "50000",
            "--stripe-connections-per-loop", "512", "--stripe-api-base", f"http://127.0.0.1:{self.upstream}",
            "--stripe-test-upstream-host", "127.0.0.1", "--log-file", str(self.folder / "gateway.log"), *tls)
        while not ports.exists():
            if self.gateway.poll() is not None or time.monotonic() - began > self.patience:
                raise SystemExit("bench: the gateway did not start")
            time.sleep(0.0005)
        self.base = f"{self.scheme}://" + json.loads(ports.read_text())["mcp"]
        get(self.base + "/healthz", self.patience)
        self.start_ms = (time.monotonic() - began) * 1000
        self.idle_kib = resident_kib(server_pid(self.gateway))
        key = next(line for line in self.gateway.stdout if line.startswith("API key")).split(": ")[1].strip()
        account = post(self.base + "/integrated-account", key, {"name": "bench", "credential": "rk_test_bench000000000000"}, self.patience)
        servers = f"{self.base}/integrated-account/{account['id']}/mcp"
        config = {"methods": ["read", "write", "custom"], "result_tokens_max": 250000}
        self.mcp_url = post(servers, key, {"name": "raw", "config": config | {"results": "raw"}}, self.patience)["url"]
        self.shaped_url = post(servers, key, {"name": "shaped", "config": config}, self.patience)["url"]

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_port(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("bench: nginx did not start")


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
                    "-keyout", f"{folder}/tls.key", "-out", f"{folder}/tls.crt"], check=True, capture_output=True)


# The certificate is of this run.
ANY_CERTIFICATE = ssl._create_unverified_context()


def get(url, patience):
    with urllib.request.urlopen(url, timeout=patience, context=ANY_CERTIFICATE) as answer:
        return answer.read()


def post(url, key, body, patience):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=patience, context=ANY_CERTIFICATE) as answer:
        return json.loads(answer.read())


def server_pid(process):
    """taskset replaces itself by the command; nginx works in a child."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0]) if children else process.pid


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
