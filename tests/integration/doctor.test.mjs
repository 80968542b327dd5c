// tollgate health, config check and doctor: what is well, what is not, and what they exit with.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { flagsOf, runBinary, runBinaryAsync, scratch, startGateway, upstreamPort } from '../support/gateway.mjs';
import { startRedis } from '../support/redis.mjs';

const level = (report, name) => report.findings.filter((one) => one.name === name).map((one) => one.level).join();
const found = (report, name) => report.findings.find((one) => one.name === name);

async function doctor(settings, env = {}, command = ['doctor']) {
  const done = await runBinaryAsync([...command, '--json', ...flagsOf(settings)], { env });
  assert.equal(done.stderr, '');
  return { ...JSON.parse(done.stdout), status: done.status };
}

test('health: 0 while it serves, 1 before and after; --live tells running from ready', async (t) => {
  const gateway = await startGateway(t);
  const settings = { 'server.listen': gateway.ports.mcp, 'data.directory': gateway.data };
  const { status, stdout, stderr } = runBinary(['health', ...flagsOf(settings)]);
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
  assert.equal(runBinary(['health', '--live', ...flagsOf(settings)]).status, 0);
  await gateway.stop();
  const gone = runBinary(['health', ...flagsOf(settings)]);
  assert.equal(gone.status, 1);
  assert.match(gone.stderr, /^tollgate: no gateway answers on 127\.0\.0\.1:\d+: Connection refused\n$/);
});

test('health: over TLS with a certificate of another name, and by the ports file', async (t) => {
  const folder = scratch();
  const { certificate, key } = makeCertificate(folder, 'other', 'DNS:mcp.example.com');
  const ports = join(folder, 'ports.json');
  const gateway = await startGateway(t, { 'tls.certificate': certificate, 'tls.key': key });
  writeFileSync(ports, JSON.stringify(gateway.ports));
  const settings = { 'tls.certificate': certificate, 'tls.key': key, 'data.directory': gateway.data };
  assert.equal(runBinary(['health', ...flagsOf({ ...settings, 'server.listen': gateway.ports.mcp })]).status, 0);
  assert.equal(runBinary(['health', ...flagsOf({ ...settings, 'server.listen': '127.0.0.1:0', 'server.ports_file': ports })]).status, 0);
  const none = runBinary(['health', ...flagsOf({ ...settings, 'server.listen': '127.0.0.1:0' })]);
  assert.match(none.stderr, /server\.ports_file, which is not set/);
  assert.equal(none.status, 1);
});

test('config check: what would be used; a wrong setting, an open key file and a wrong certificate fail with a fix', async () => {
  const folder = scratch();
  const data = join(folder, 'data');
  const fresh = await doctor({ 'data.directory': data }, {}, ['config', 'check']);
  assert.equal(fresh.status, 0, JSON.stringify(fresh));
  assert.equal(level(fresh, 'data'), 'warning');
  assert.match(found(fresh, 'records').what, /SQLite, .*tollgate\.db/);
  mkdirSync(data, { mode: 0o700 });
  const secret = '0123456789abcdef'.repeat(4);
  writeFileSync(join(data, 'master.key'), `${secret}\n`);
  chmodSync(join(data, 'master.key'), 0o644);
  writeFileSync(join(folder, 'cert.pem'), 'nonsense');
  const wrong = await doctor({ 'data.directory': data, 'tls.certificate': join(folder, 'cert.pem'), 'tls.key': join(folder, 'cert.pem') }, {}, ['config', 'check']);
  assert.equal(wrong.status, 2);
  assert.deepEqual([level(wrong, 'master key'), found(wrong, 'master key').fix], ['failure', `chmod 600 ${join(data, 'master.key')}`]);
  assert.equal(level(wrong, 'certificate'), 'failure');
  assert.ok(!JSON.stringify(wrong).includes(secret));
  const unread = runBinary(['config', 'check', '--log-level', 'loud']);
  assert.equal(unread.status, 1);
  assert.match(unread.stderr, /log\.level/);
  // All that cannot be loaded is said, not the first alone.
  const several = join(folder, 'several.yaml');
  writeFileSync(several, 'log:\n  level: loud\n  flie: x\nserver:\n  listen: nowhere\nlogg: {}\n');
  const mistakes = runBinary(['config', 'check', '--config', several, '--data-reserve-mb', 'many']);
  assert.equal(mistakes.status, 1);
  const told = mistakes.stderr.trim().split('\n');
  assert.deepEqual(told.map((line) => /several\.yaml:(\d)|--[a-z-]+/.exec(line).slice(0, 2).findLast(Boolean)), ['2', '3', '--data-reserve-mb'], mistakes.stderr);
  const asJson = JSON.parse(runBinary(['config', 'check', '--json', '--config', several]).stdout);
  assert.deepEqual([asJson.failures, asJson.findings[1].level], [2, 'failure']);
  // Nothing was made.
  assert.equal(runBinary(['config', 'check', ...flagsOf({ 'data.directory': join(folder, 'other') })]).status, 0);
});

test('doctor: a gateway with Redis behind a proxy, seen with an MCP URL', async (t) => {
  const redis = await startRedis(t);
  const port = await upstreamPort();
  const settings = { 'redis.url': redis.url, 'server.public_url': `http://127.0.0.1:${port}` };
  const gateway = await startGateway(t, settings);
  const { path } = await gateway.mint({});
  // A proxy that drops what the test says.
  const dropped = new Set();
  const proxy = http.createServer((ask, answer) => {
    const headers = Object.fromEntries(Object.entries(ask.headers).filter(([name]) => !dropped.has(name)));
    const onward = http.request({ host: gateway.host, port: gateway.port, path: ask.url, method: ask.method, headers }, (back) => {
      answer.writeHead(back.statusCode, Object.fromEntries(Object.entries(back.headers).filter(([name]) => !dropped.has(name))));
      back.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    ask.pipe(onward);
    answer.on('close', () => onward.destroy());
  }).listen(port, '127.0.0.1');
  t.after(() => new Promise((resolve) => { proxy.close(resolve); proxy.closeAllConnections(); }));
  const ask = { ...settings, 'server.listen': gateway.ports.mcp, 'data.directory': gateway.data, 'sandbox.enabled': true };
  const env = { TOLLGATE_MCP_URL: `http://127.0.0.1:${port}${path}` };
  const good = await doctor(ask, env);
  assert.equal(good.failures, 0, JSON.stringify(good, null, 1));
  assert.equal(good.status, 0);
  for (const name of ['store', 'gateway', 'headers', 'MCP 2026-07-28', 'MCP 2025-11-25', 'streams', 'master key', 'pepper', 'disk'])
    assert.equal(level(good, name), 'ok', `${name}: ${JSON.stringify(found(good, name))}`);
  assert.deepEqual([level(good, 'Stripe'), level(good, 'ChatGPT')], ['skipped', 'warning']);
  assert.ok(!JSON.stringify(good).includes(path.split('/').pop()));
  const without = async (header) => { dropped.clear(); dropped.add(header); return doctor(ask, env); };
  assert.equal(level(await without('authorization'), 'headers'), 'failure');
  assert.equal(level(await without('mcp-method'), 'MCP 2026-07-28'), 'failure');
  const sessions = await without('mcp-session-id');
  assert.deepEqual([level(sessions, 'MCP 2025-11-25'), sessions.status], ['failure', 2]);
  dropped.clear();
  await redis.kill();
  const away = await doctor(ask, env);
  assert.match(found(away, 'redis').what + JSON.stringify(away.findings.filter((one) => one.name === 'redis')), /Connection refused/);
  assert.equal(away.status, 2);
});

test('doctor: Stripe that is away, a clock that is wrong, a public URL that leads elsewhere', async (t) => {
  let date = new Date(Date.now() + 3_600_000).toUTCString();
  const other = http.createServer((ask, answer) => { answer.writeHead(401, { date }); answer.end('{}'); }).listen(0, '127.0.0.1');
  await new Promise((resolve) => { other.on('listening', resolve); });
  t.after(() => new Promise((resolve) => { other.close(resolve); }));
  const base = `http://127.0.0.1:${other.address().port}`;
  const settings = { 'data.directory': join(scratch(), 'data'), 'server.listen': `127.0.0.1:${await upstreamPort()}`,
    'stripe.api_base': base, 'stripe.test_upstream_host': '127.0.0.1', 'server.public_url': base };
  const skewed = await doctor(settings);
  assert.deepEqual([level(skewed, 'Stripe'), level(skewed, 'clock'), skewed.status], ['ok', 'failure', 2]);
  assert.match(found(skewed, 'clock').what, /^it is 3[56]\d\d s behind Stripe's$/);
  assert.equal(level(skewed, 'gateway'), 'warning');
  assert.match(skewed.findings.find((one) => one.name === 'public URL' && one.level === 'failure').what, /is answered 401, and not by a gateway/);
  date = new Date().toUTCString();
  assert.equal(level(await doctor(settings), 'clock'), 'ok');
  const away = await doctor({ ...settings, 'stripe.api_base': `http://127.0.0.1:${await upstreamPort()}` });
  assert.equal(level(away, 'Stripe'), 'failure');
  const lines = await runBinaryAsync(['doctor', ...flagsOf(settings)]);
  assert.match(lines.stdout, /^FAIL {2}public URL {6}http.*\n {6}fix: let the proxy pass/m);
});

test('doctor: a public https URL, with a certificate that is trusted and with one that is not', async (t) => {
  const folder = scratch();
  const { certificate, key } = makeCertificate(folder, 'public');
  const gateway = await startGateway(t, { 'tls.certificate': certificate, 'tls.key': key });
  const settings = { 'tls.certificate': certificate, 'tls.key': key, 'data.directory': gateway.data, 'sandbox.enabled': true,
    'server.listen': gateway.ports.mcp, 'server.public_url': `https://localhost:${gateway.port}` };
  const good = await doctor(settings, { SSL_CERT_FILE: certificate });
  assert.deepEqual([good.status, level(good, 'public URL'), level(good, 'headers'), level(good, 'certificate'), level(good, 'claude.ai')],
    [0, 'ok,ok', 'ok', 'ok', 'ok'], JSON.stringify(good, null, 1));
  const strange = await doctor(settings, { SSL_CERT_FILE: makeCertificate(folder, 'strange').certificate });
  assert.deepEqual([strange.status, level(strange, 'public URL')], [2, 'ok,failure']);
  assert.match(strange.findings.find((one) => one.name === 'public URL' && one.level === 'failure').what, /the TLS handshake failed: .*verify/);
});
