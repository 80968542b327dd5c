// docs/guides/public-https.md: its configuration, its lines for nginx and Caddy, and what comes through either.
//
// The ports of the samples, nginx's logs and /etc are those of a machine of one's own: here they are others. Not run, and why:
// `apt-get install` (a stand-in checks that deploy/packages has the package), `systemctl reload nginx` and `systemctl reload
// caddy` (there is no service manager: a stand-in tells nginx itself, and the test starts Caddy on the file).
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { root, scratch, startGateway, upstreamPort } from '../support/gateway.mjs';
import { Machine, changed, follow, guideText, systemProgram, tableOf } from '../support/guide.mjs';
import { request } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';
import { listens, run } from '../support/programs.mjs';
import { until } from '../support/wait.mjs';

const guide = 'public-https.md';
const name = 'mcp.example.com';
const sample = (file) => readFileSync(join(root, 'deploy/proxy', file), 'utf8');

// nginx as Debian's package leaves it: it runs, with nothing in conf.d.
async function installNginx(t, machine) {
  for (const place of ['etc/nginx/conf.d', 'log', 'body']) mkdirSync(machine.path(place), { recursive: true });
  chmodSync(machine.directory, 0o755); // nginx gives up root
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${machine.path(one)};`).join(' ');
  const port = await upstreamPort();
  const main = machine.write('etc/nginx/nginx.conf', `daemon off; pid ${machine.path('nginx.pid')}; error_log ${machine.path('log/error.log')};
    events {} http { ${temporary} access_log off; include conf.d/*.conf;
      server { listen 127.0.0.1:${port}; server_name _; return 404; } }`);
  machine.program('nginx', `exec ${systemProgram('nginx')} -p '${machine.path('etc/nginx')}' -c '${main}' "$@"`);
  await run(t, port, join(machine.bin, 'nginx'), []);
}

async function proxiedGateway(machine, yaml) {
  machine.write('tollgate.yaml', yaml);
  const printed = await machine.terminal().good('tollgate config print --config tollgate.yaml');
  for (const [, setting, value] of yaml.matchAll(/^ {2}(\w+): \[?([^\]\s]+)/gm)) assert.ok(printed.includes(`  ${setting}: "${value}"\n`), setting);
  return machine.serve(`tollgate serve --config tollgate.yaml --server-listen 127.0.0.1:0 --server-admin-listen 127.0.0.1:0 \
    --server-ports-file ports.json --sandbox-enabled true --log-file tollgate.log`);
}

// The block "Try it" through a proxy on `port`, the answers being those of its comments; then what the page says of other paths.
async function tried(machine, shell, block, port, certificate) {
  machine.write('.curlrc', `cacert = "${certificate}"\nconnect-to = "${name}:443:127.0.0.1:${port}"\n`);
  const [tools, ...codes] = (await shell.good(block)).trim().split('\n');
  assert.ok(Number(tools) > 0, tools);
  assert.deepEqual(codes, [...block.matchAll(/# (\d{3})$/gm)].map((found) => found[1]));
  assert.equal(codes.length, 3);
  const code = async (words) => (await shell.good(`curl -sS -o /dev/null -w '%{http_code}' ${words}`)).trim();
  for (const path of ['/metrics', '/team', '/api-key', '/mcp/find', '/revoke', '/openapi.yaml', '/'])
    assert.match(await code(`https://${name}${path} -H "Authorization: Bearer $API_KEY"`), /^(404|401)$/, path);
  const ping = `"$MCP_URL" -H 'Content-Type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"ping"}'`;
  const lines = () => readFileSync(machine.path('tollgate.log'), 'utf8').split('\n').filter((line) => line.includes('"mcp_method":"ping"'));
  const before = lines().length;
  assert.equal(await code(`${ping} -H 'X-Forwarded-For: 203.0.113.9'`), '200');
  const line = await until('its line', () => lines()[before], 30_000);
  assert.equal(JSON.parse(line).client, '127.0.0.1', 'what a client claims does not count');
  assert.equal(await code(ping.replace('$MCP_URL', '$MCP_URL/')), '404', 'no slash is added or removed');
  const large = machine.write('large', `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"x":"${'x'.repeat(1024 * 1024)}"}}}`);
  // Caddy passes it on until somebody refuses: when the gateway is faster, Caddy may say that the connection ended.
  assert.match(await code(`"$MCP_URL" -H 'Content-Type: application/json' -H 'Expect:' --http1.1 -d @${large}`), /^(413|502)$/);
}

test('public-https.md: the configuration, nginx, Caddy, and the same answers through both', async (t) => {
  const machine = new Machine(t);
  const made = makeCertificate(machine.directory, 'public', `DNS:${name}`);
  mkdirSync(machine.path('live'));
  copyFileSync(made.certificate, machine.path('live/fullchain.pem'));
  copyFileSync(made.key, machine.path('live/privkey.pem'));
  const told = machine.path('told');
  machine.program('apt-get', `echo "apt-get $*" >>'${told}'; [ "$1" = install ] && grep -q " $2\\$" '${join(root, 'deploy/packages')}'`);
  machine.program('systemctl', `echo "systemctl $*" >>'${told}'; [ "$*" != "reload nginx" ] || nginx -s reload`);
  const shell = machine.terminal({ CERTIFICATES: machine.path('live'), API_KEY: 'tgk_later', XDG_DATA_HOME: machine.directory });
  const ports = {};
  let gateway;
  let caddy;
  await follow(guide, [
    ['sh', /^MCP_HOST=mcp\.example\.com\n$/, (block) => shell.good(block)],

    ['yaml', /public_url: https:\/\/mcp\.example\.com/, async (block) => {
      gateway = await proxiedGateway(machine, block);
      const { url } = await gateway.mint();
      assert.ok(url.startsWith(`https://${name}/mcp/tgm_`), url);
      await shell.good(`MCP_URL=${url}\nAPI_KEY=${gateway.apiKey}`);
      const stranger = await request(`http://${gateway.ports.mcp}/healthz`, { headers: { host: 'other.example' } });
      assert.equal(stranger.status, 421);
      assert.equal((await request(`http://${gateway.ports.mcp}/metrics`)).status, 404, 'the admin API stays on its own address');
    }],

    ['sh', /nginx-light/, async (block) => {
      await installNginx(t, machine);
      ports.nginx = await upstreamPort();
      machine.write('deploy/proxy/nginx.conf', changed(sample('nginx.conf'), [['127.0.0.1:8787', gateway.ports.mcp],
        ['listen 443 ', `listen 127.0.0.1:${ports.nginx} `], ['/var/log/nginx', machine.path('log')]]));
      const out = await shell.good(changed(block, [['/etc/nginx/', machine.path('etc/nginx/')]]));
      assert.match(out, /test is successful/);
      await until('nginx', () => listens(ports.nginx), 30_000);
    }],

    ['sh', /caddy validate/, async (block) => {
      [ports.caddy, ports.plain] = [await upstreamPort(), await upstreamPort()];
      mkdirSync(machine.path('etc/caddy'));
      machine.write('deploy/proxy/Caddyfile', changed(sample('Caddyfile'), [['127.0.0.1:8787', gateway.ports.mcp],
        [`\n${name} {`, `\n${name} {\n\ttls ${made.certificate} ${made.key}`],
        ['auto_https disable_redirects', `auto_https disable_redirects\n\tadmin off\n\thttp_port ${ports.plain}\n\thttps_port ${ports.caddy}`]]));
      const file = machine.path('etc/caddy/Caddyfile');
      assert.match(await shell.good(changed(block, [['/etc/caddy/Caddyfile', file]])), /Valid configuration/);
      caddy = await run(t, ports.caddy, 'caddy', ['run', '--config', file], { env: { PATH: process.env.PATH, HOME: machine.directory } });
    }],

    ['sh', /tools\/list/, async (block) => {
      for (const proxy of ['nginx', 'caddy']) await tried(machine, shell, block, ports[proxy], made.certificate);
      await gateway.stop();
      for (const proxy of ['nginx', 'caddy']) {
        machine.write('.curlrc', `cacert = "${made.certificate}"\nconnect-to = "${name}:443:127.0.0.1:${ports[proxy]}"\n`);
        assert.match(await shell.good(`curl -sS -o /dev/null -w '%{http_code}' "$MCP_URL"`), /^502$/m, 'an error, which a proxy may log');
      }
    }],
  ]);
  const logs = readdirSync(machine.path('log')).map((file) => machine.read(`log/${file}`)).join('') + caddy.told();
  assert.ok(machine.read('log/tollgate.log').length > 0);
  assert.doesNotMatch(logs, /tgm_/, 'there must be nothing');
  assert.deepEqual(machine.read('told').trim().split('\n'), ['apt-get install nginx-light', 'systemctl reload nginx', 'apt-get install caddy',
    'systemctl reload caddy'], 'all that was not run');
});

test('public-https.md: what the samples set is what the table says', () => {
  const rows = tableOf(guide, 'setting', 'why').map(([setting, why]) => `${setting} ${why}`);
  const says = (words) => assert.ok(rows.some((row) => row.includes(words)), words);
  const [nginx, caddy] = [sample('nginx.conf'), sample('Caddyfile')];
  for (const [words, one, other] of [['timeouts of 65 s', /proxy_read_timeout 65s/, /response_header_timeout 65s/],
    ['bodies up to 1 MiB', /client_max_body_size 1m/, /max_size 1MiB/], ['no buffering', /proxy_buffering off/, /flush_interval -1/],
    ['closed after 60 s', /keepalive_timeout 60s/, /keepalive 60s/], ['replaced, not appended', /X-Forwarded-For \$remote_addr/, /X-Forwarded-For \{remote_host\}/],
    ['no retries', /proxy_next_upstream off/, /reverse_proxy/], ['no redirect on port 80', /listen 443/, /auto_https disable_redirects/]]) {
    says(words);
    assert.match(nginx, one);
    assert.match(caddy, other);
  }
  assert.doesNotMatch(caddy, /lb_try_duration|lb_retries/);
  for (const path of ['/mcp', '/healthz', '/oauth/', '/.well-known/oauth-', '/.well-known/openid-configuration/'])
    assert.ok(nginx.includes(path) && caddy.includes(path) && rows.some((row) => row.includes('`' + path)), path);
});

test('public-https.md: TLS without a proxy, on the address of the admin API too', async (t) => {
  assert.match(guideText(guide), /The TLS files are used on `admin_listen` too/);
  const { certificate, key } = makeCertificate(scratch(), 'alone');
  const gateway = await startGateway(t, { 'tls.certificate': certificate, 'tls.key': key, 'server.admin_listen': '127.0.0.1:0' });
  assert.ok(gateway.adminBase.startsWith('https://') && gateway.ports.admin !== gateway.ports.mcp);
  assert.equal((await legacy((await gateway.mint()).url, 'ping')).status, 200);
  assert.equal((await request(`${gateway.base}/team`)).status, 404);
});
