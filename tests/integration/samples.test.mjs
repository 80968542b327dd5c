// The samples under deploy/, each started and spoken to as an MCP client, as an OAuth client and as somebody outside.
//
// Proxies run as Debian ships them. Of compose.yaml and kubernetes.yaml the environment is read from the file, and what it
// names is started by hand.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { Gateway, root, runBinaryAsync, scratch, startGateway, upstreamPort } from '../support/gateway.mjs';
import { changed } from '../support/guide.mjs';
import { request } from '../support/http.mjs';
import { legacy, toolNames } from '../support/mcp.mjs';
import { OauthClient, form, hiddenRequest } from '../support/oauth.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { run } from '../support/programs.mjs';

const sample = (name) => readFileSync(join(root, 'deploy', name), 'utf8');
const secret = (seed) => Array.from({ length: 32 }, (_, i) => ((i * 11 + seed) % 256).toString(16).padStart(2, '0')).join('');

async function startNginx(t, server) {
  const directory = scratch();
  chmodSync(directory, 0o755); // nginx gives up root
  const { text, port } = await server(directory);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/${name};`).join(' ');
  writeFileSync(join(directory, 'nginx.conf'), `daemon off; pid ${directory}/pid; error_log ${directory}/error.log crit;
    events {} http { ${temporary} access_log off; ${text} }`);
  const nginx = await run(t, port, 'nginx', ['-p', directory, '-c', join(directory, 'nginx.conf')]);
  return { directory, ...nginx };
}

const asJson = { 'content-type': 'application/json' };

async function clientsWork(gateway, base, admin) {
  const account = (await admin('POST', '/integrated-account', { name: 'Acme', credential: 'rk_test_sandbox0000000000000000' })).id;
  const made = await admin('POST', `/integrated-account/${account}/mcp`, { name: 'Test', config: { auth: 'both' } });
  const path = new URL(made.url).pathname;
  assert.ok((await toolNames(base + path)).length > 0);
  const client = new OauthClient(gateway, made);
  client.move(base);
  const bare = await legacy(client.url, 'tools/list');
  assert.equal(bare.status, 401);
  for (const place of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server'])
    assert.equal((await request(base + place + new URL(client.url).pathname)).status, 200, place);
  const tokens = await client.connect();
  const listed = await legacy(client.url, 'tools/list', undefined, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal(listed.status, 200, listed.text);
  return { path, client };
}

const inside = ['/integrated-account', '/team', '/api-key', '/openapi.yaml', '/metrics', '/readyz', '/', '/x'];

async function nothingForOutsiders(base, key) {
  for (const path of inside) {
    const done = await request(base + path, { headers: { authorization: `Bearer ${key}` } });
    assert.equal(done.status, 404, path);
    assert.doesNotMatch(done.text, /tollgate_|acct_|openapi/);
  }
  assert.equal((await request(`${base}/healthz`)).status, 200);
}

// A form sent from a loopback address of one's own.
function sendFrom(address, url, body) {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { method: 'POST', localAddress: address, agent: false,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': '203.0.113.9' } }, (answer) => {
      let text = '';
      answer.on('data', (more) => { text += more; });
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

// Wrong keys on the consent page from one address do not keep another address out.
async function addressesAreApart(client, key) {
  const page = await request(client.authorizeUrl());
  const decide = (address, apiKey) => sendFrom(address, `${client.endpoints}/authorize`,
    form({ request: hiddenRequest(page.text), decision: 'allow', api_key: apiKey }));
  let last;
  for (let i = 0; i < 12; ++i) last = await decide('127.0.0.2', `tgk_wrong${i}`);
  assert.notEqual(last.status, 303);
  const right = await decide('127.0.0.3', key);
  assert.equal(right.status, 303, right.text);
}

function holdNoToken(...directories) {
  for (const directory of directories)
    for (const name of readdirSync(directory).filter((one) => /log/.test(one)))
      assert.doesNotMatch(readFileSync(join(directory, name), 'utf8'), /tgm_/, name);
}

const proxied = { 'server.public_url': 'https://localhost', 'server.trusted_proxies': '127.0.0.1' };

test('nginx.conf: clients come through, outsiders and port 80 do not', async (t) => {
  const gateway = await startGateway(t, { ...proxied, 'server.admin_listen': '127.0.0.1:0' });
  const port = await upstreamPort();
  const nginx = await startNginx(t, (directory) => {
    const files = makeCertificate(directory, 'proxy');
    return { port, text: changed(sample('proxy/nginx.conf'), [['127.0.0.1:8787', gateway.ports.mcp],
      ['listen 443 ', `listen 127.0.0.1:${port} `], ['server_name mcp.example.com', 'server_name localhost'],
      ['/etc/ssl/tollgate/fullchain.pem', files.certificate], ['/etc/ssl/tollgate/privkey.pem', files.key],
      ['/var/log/nginx', directory]]) };
  });
  const base = `https://localhost:${port}`;
  await clientsWork(gateway, base, (...call) => gateway.must(...call));
  await nothingForOutsiders(base, gateway.apiKey);
  assert.deepEqual([...sample('proxy/nginx.conf').matchAll(/^\s*listen .*;/gm)].map((m) => m[0].trim()), ['listen 443 ssl http2;']);
  holdNoToken(nginx.directory);
});

test('Caddyfile: clients come through, outsiders do not, and port 80 refuses instead of redirecting', async (t) => {
  const gateway = await startGateway(t, { ...proxied, 'server.admin_listen': '127.0.0.1:0' });
  const [port, plain] = [await upstreamPort(), await upstreamPort()];
  const directory = scratch();
  const files = makeCertificate(directory, 'caddy');
  const text = changed(sample('proxy/Caddyfile'), [['127.0.0.1:8787', gateway.ports.mcp],
    ['http://mcp.example.com {', `http://localhost:${plain} {`],
    ['\nmcp.example.com {', `\nhttps://localhost:${port} {\n\ttls ${files.certificate} ${files.key}`],
    ['auto_https disable_redirects', `auto_https disable_redirects\n\tadmin off\n\thttp_port ${plain}\n\thttps_port ${port}`]]);
  writeFileSync(join(directory, 'Caddyfile'), text);
  const caddy = await run(t, port, 'caddy', ['run', '--adapter', 'caddyfile', '--config', join(directory, 'Caddyfile')],
    { env: { PATH: process.env.PATH, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory } });
  const { path } = await clientsWork(gateway, `https://localhost:${port}`, (...call) => gateway.must(...call));
  await nothingForOutsiders(`https://localhost:${port}`, gateway.apiKey);
  for (const method of ['GET', 'POST']) {
    const done = await request(`http://localhost:${plain}${path}`, { method });
    assert.equal(done.status, 403);
    assert.equal(done.headers.location, undefined);
  }
  assert.doesNotMatch(caddy.told(), /tgm_/);
});

// A gateway with the environment of a sample; its first key goes to the file that the environment names.
async function startAsSample(t, env) {
  const gateway = new Gateway(mkdtempSync(join(tmpdir(), 'tollgate-test-')));
  t.after(async () => {
    try {
      await gateway.stop();
    } finally {
      rmSync(gateway.directory, { recursive: true, force: true });
    }
  });
  const { TOLLGATE_DATA_DIRECTORY: data, ...rest } = env;
  gateway.apiKey = 'in the file';
  await gateway.start({ 'data.directory': data, 'server.admin_listen': '127.0.0.1:0' }, rest);
  assert.doesNotMatch(gateway.stdout + gateway.stderr + gateway.log, /tgk_/, 'the first key is in a log');
  assert.equal(statSync(env.TOLLGATE_FIRST_API_KEY_FILE).mode & 0o777, 0o600);
  gateway.apiKey = readFileSync(env.TOLLGATE_FIRST_API_KEY_FILE, 'utf8').trim();
  return gateway;
}

// Admin calls as from the inside, to a service of that name.
function adminOf(gateway, host) {
  return async (method, path, body) => {
    const done = await request(`http://${gateway.ports.admin}${path}`, { method, body: body && JSON.stringify(body),
      headers: { host, authorization: `Bearer ${gateway.apiKey}`, ...(body && asJson) } });
    assert.ok(done.status < 300, `${method} ${path}: ${done.status} ${done.text}`);
    return done.body;
  };
}

test('compose.yaml and compose.conf: the environment of the file, PostgreSQL, Redis and nginx', async (t) => {
  const compose = sample('compose.yaml');
  const text = compose.slice(compose.indexOf('  gateway:\n'), compose.indexOf('  proxy:\n'));
  const postgres = await startPostgres(t);
  const directory = scratch();
  const password = 'a' + secret(5).slice(0, 40);

  // Redis as the file starts it: the password is in no command line.
  const command = JSON.parse(/command: \[sh, -c, (".*")\]/.exec(compose)[1]).replaceAll('$$', '$');
  const redisPort = await upstreamPort();
  await run(t, redisPort, 'sh', ['-c', changed(command, [['/tmp/redis.conf', join(directory, 'redis.conf')]]) +
    ` --port ${redisPort} --bind 127.0.0.1 --dir ${directory}`],
  { env: { PATH: process.env.PATH, REDIS_PASSWORD: password }, stdio: ['ignore', 'ignore', 'pipe'] });
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const line = (() => { try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8'); } catch { return ''; } })();
    assert.ok(!line.includes(password), `on a command line: ${line.split('\0')[0]}`);
  }
  const ping = (args) => spawnSync('redis-cli', ['-p', redisPort, 'ping'], { encoding: 'utf8', env: { PATH: process.env.PATH, ...args } }).stdout;
  assert.match(ping({}), /NOAUTH/);
  assert.match(ping({ REDISCLI_AUTH: password }), /PONG/);

  const env = Object.fromEntries([...text.matchAll(/^ {6}([A-Z_]+): (.*?)(?: +#.*)?$/gm)].map((m) => [m[1], m[2].replaceAll('"', '')]));
  const proxyAddress = /ipv4_address: ([\d.]+)/.exec(compose)[1];
  assert.equal(env.TOLLGATE_SERVER_TRUSTED_PROXIES, proxyAddress);
  const port = await upstreamPort();
  Object.assign(env, {
    DATABASE_URL: await postgres.database(), REDIS_URL: env.REDIS_URL.replace('${REDIS_PASSWORD}', password).replace('redis:6379', `127.0.0.1:${redisPort}`),
    TOLLGATE_VAULT_MASTER_KEY: secret(1), TOLLGATE_VAULT_PEPPER: secret(2), TOLLGATE_SERVER_PUBLIC_URL: `http://localhost:${port}`,
    TOLLGATE_SERVER_TRUSTED_PROXIES: '127.0.0.1', TOLLGATE_TIMEOUTS_DRAIN_DELAY: '0', TOLLGATE_DATA_DIRECTORY: join(directory, 'data'),
    TOLLGATE_FIRST_API_KEY_FILE: join(directory, 'first-api-key') });
  delete env.TOLLGATE_SERVER_ADMIN_LISTEN; // a free port in its place
  const gateway = await startAsSample(t, env);
  const nginx = await startNginx(t, () => ({ port, text: changed(sample('proxy/compose.conf'), [
    ['http://gateway:8787', `http://${gateway.ports.mcp}`], ['listen 8080', `listen 127.0.0.1:${port}`]]) }));
  const base = `http://localhost:${port}`;
  const { client } = await clientsWork(gateway, base, adminOf(gateway, 'gateway:8788'));
  await nothingForOutsiders(base, gateway.apiKey);
  await addressesAreApart(client, gateway.apiKey);
  holdNoToken(nginx.directory);
  for (const service of ['postgresql', 'redis', 'gateway', 'proxy'])
    assert.ok(compose.includes(`  ${service}:\n`), service);
  assert.equal((compose.match(/^ {4}healthcheck:/gm) ?? []).length, 3, 'the gateway has its own, in the image');
});

test('kubernetes.yaml: the environment of the file beside what Kubernetes sets, and the paths of its Ingress', async (t) => {
  const text = sample('kubernetes.yaml');
  assert.match(text, /enableServiceLinks: false/);
  for (const part of [/ingressClassName:/, /kind: NetworkPolicy/, /topologySpreadConstraints:/, /kind: PodDisruptionBudget/])
    assert.match(text, part);
  const env = Object.fromEntries([...text.matchAll(/- \{name: (TOLLGATE_\w+), value: "([^"]*)"\}/g)].map((m) => [m[1], m[2]]));
  assert.doesNotMatch(env.TOLLGATE_SERVER_TRUSTED_PROXIES, /\/([0-9]|1[0-9])$/, 'narrower than a /20');
  const volume = join(scratch(), 'emptyDir');
  mkdirSync(volume);
  chmodSync(volume, 0o777);
  for (const name of ['TOLLGATE_DATA_DIRECTORY', 'TOLLGATE_FIRST_API_KEY_FILE']) env[name] = env[name].replace(/^\/data/, volume);
  const postgres = await startPostgres(t);
  Object.assign(env, { DATABASE_URL: await postgres.database(), TOLLGATE_VAULT_MASTER_KEY: secret(3), TOLLGATE_VAULT_PEPPER: secret(4),
    TOLLGATE_SERVER_TRUSTED_PROXIES: '127.0.0.1', TOLLGATE_TIMEOUTS_DRAIN_DELAY: '0',
    TOLLGATE_PORT: 'tcp://10.96.0.12:8787', TOLLGATE_SERVICE_HOST: '10.96.0.12', TOLLGATE_ADMIN_PORT: 'tcp://10.96.0.13:8788' });
  delete env.TOLLGATE_SERVER_ADMIN_LISTEN;
  const gateway = await startAsSample(t, env);
  const services = [...text.matchAll(/kind: Service\nmetadata: \{name: ([\w-]+)/g)].map((m) => m[1]);
  assert.deepEqual(services, ['tollgate', 'tollgate-admin']);
  for (const host of ['tollgate-admin', 'tollgate-admin:8788', 'tollgate-admin.tollgate.svc.cluster.local:8788'])
    await adminOf(gateway, host)('GET', '/integrated-account');
  const port = await upstreamPort();
  const paths = [...text.matchAll(/- path: (\S+)\n\s+pathType: Prefix/g)].map((m) => m[1]);
  await startNginx(t, (directory) => {
    const files = makeCertificate(directory, 'ingress');
    const locations = paths.map((path) => `location ^~ ${path} { proxy_pass http://${gateway.ports.mcp}; }`).join('\n');
    return { port, text: `server { listen 127.0.0.1:${port} ssl; ssl_certificate ${files.certificate}; ssl_certificate_key ${files.key};
      proxy_http_version 1.1; proxy_set_header Host mcp.example.com; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto https; ${locations} location / { return 404; } }` };
  });
  const base = `https://localhost:${port}`;
  await clientsWork(gateway, base, adminOf(gateway, 'tollgate-admin:8788'));
  for (const path of inside) assert.equal((await request(base + path)).status, 404, path);
});

test('Dockerfile: the health check tells a gateway from none, and secrets stay out of git and the image', async (t) => {
  const text = sample('Dockerfile');
  const gateway = await startGateway(t);
  const words = JSON.parse(/HEALTHCHECK[^[]*(\[[^]*?\n?.*\])\nENTRYPOINT/.exec(text)[1].replaceAll('\\\n', ''));
  assert.equal(words[0], '/usr/bin/tollgate');
  // By the settings that the image has.
  const run = (port) => runBinaryAsync(words.slice(1), { env: { TOLLGATE_SERVER_LISTEN: `0.0.0.0:${port}` }, timeout: 5000 }).then(({ status }) => status);
  assert.equal(await run(gateway.port), 0);
  assert.notEqual(await run(await upstreamPort()), 0);
  const other = http.createServer((_, answer) => { answer.statusCode = 503; answer.end(); }).listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  assert.notEqual(await run(other.address().port), 0);
  assert.match(text, /TOLLGATE_FIRST_API_KEY_FILE=\/data\//);
  assert.ok(text.indexOf('RUN deploy/install build') < text.indexOf('COPY . .'), 'packages are a step of their own');
  assert.match(readFileSync(join(root, '.dockerignore'), 'utf8'), /^\*\*\/\.env$/m);
  assert.match(readFileSync(join(root, '.gitignore'), 'utf8'), /^\.env$/m);
});
