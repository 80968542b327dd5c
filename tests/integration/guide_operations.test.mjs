// docs/guides/operations.md: every block on a gateway with TLS and Redis, and what the page says happens meanwhile.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { makeCertificate } from '../support/certificate.mjs';
import { testKey, upstreamPort } from '../support/gateway.mjs';
import { Machine, follow, guideText, systemProgram, tableOf } from '../support/guide.mjs';
import { request } from '../support/http.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { startRedis } from '../support/redis.mjs';
import { until } from '../support/wait.mjs';

const guide = 'operations.md';
const words = (text) => [...text.matchAll(/`([^`]+)`/g)].map((found) => found[1]);
const events = (log) => log.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

function shownCertificate(gateway) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: gateway.port, rejectUnauthorized: false });
    socket.once('secureConnect', () => { resolve(socket.getPeerCertificate().subject.CN); socket.destroy(); });
    socket.once('error', reject);
  });
}

// The page's answers of /healthz, /readyz and /metrics, and its list of metrics, both ways.
async function healthAndMetrics(gateway) {
  assert.equal((await request(`${gateway.base}/healthz`)).status, 200);
  const ready = /200 `(\{"status":"ready".*?\})`/.exec(guideText(guide))[1];
  await until('Redis', async () => (await request(`${gateway.base}/readyz`)).text === ready, 30_000);
  const metrics = await until('what is measured of destinations', async () => {
    const text = await gateway.metrics();
    return text.includes('tollgate_audit_delivery_lag_seconds{') && text;
  });
  const shown = [...metrics.matchAll(/^# TYPE (\S+) /gm)].map((found) => found[1]).filter((name) => name.startsWith('tollgate_'));
  const listed = tableOf(guide, 'metric', 'labels').flatMap(([name]) => words(name)).filter((name) => name.startsWith('tollgate_'));
  assert.deepEqual(listed.toSorted(), shown.toSorted(), 'the metrics of the page, and those of the gateway');
  for (const [name, told] of tableOf(guide, 'metric', 'labels'))
    for (const label of words(told).filter((word) => /^(route|status|method|failed|scope|kind|by|outcome|version)$/.test(word)))
      if (metrics.includes(`\n${words(name)[0]}{`) || metrics.includes(`\n${words(name)[0]}_bucket{`))
        assert.match(metrics, new RegExp(`^${words(name)[0]}(_bucket)?\\{[^}]*${label}="`, 'm'), label);
}

// The line of a request has the members that the page lists, and nothing of the path or the arguments.
async function requestLine(gateway, server) {
  await call(server.url, 'list_all_stripe_charges', { limit: 7 });
  const line = await until('the line', () => events(gateway.log).find((one) => one.tool === 'list_all_stripe_charges'));
  const listed = words(/A request's line has ([^]*?); never a path/.exec(guideText(guide))[1]);
  assert.deepEqual(listed.toSorted(), Object.keys(line).filter((name) => !['time', 'level', 'event'].includes(name)).toSorted());
  assert.doesNotMatch(gateway.log, /tgm_[0-9A-Za-z]{30}|"limit"/);
}

test('operations.md: every block runs in order, from the first start to a lost last key', async (t) => {
  const redis = await startRedis(t);
  const machine = new Machine(t);
  const { certificate, key } = makeCertificate(machine.directory, 'served');
  machine.configure(`tls:\n  certificate: served.pem\n  key: served.key\nredis:\n  url: ${redis.url}\naudit:\n  anchor_file: anchors\n`);
  machine.write('.curlrc', `cacert = "${certificate}"\n`);
  // Other gateways may run on this machine: of what pidof tells, ours.
  machine.program('pidof', `${systemProgram('pidof')} "$@" | tr ' ' '\\n' | grep -x "$(cat '${machine.path('pid')}')"`);
  const firstKey = { TOLLGATE_FIRST_API_KEY_FILE: machine.path('first-api-key') };
  let gateway;
  let shell;
  let serve;
  let server;
  let revoked;

  const begin = async (env = {}) => {
    gateway = await machine.serve(serve, { env, apiKey: machine.apiKey });
    shell = machine.terminal({ GATEWAY: gateway.base, API_KEY: gateway.apiKey });
  };
  const mcp = async (made) => (await legacy(gateway.base + made.path, 'ping')).status;
  const event = (name) => until(name, () => events(gateway.log).find((one) => one.event === name), 30_000);

  await follow(guide, [
    ['sh', /^tollgate serve/, async (block) => {
      serve = block;
      machine.apiKey = 'in the file';
      await begin(firstKey);
      assert.doesNotMatch(gateway.log, /tgk_\w{38}/);
      assert.equal(statSync(machine.path('first-api-key')).mode & 0o777, 0o600);
      machine.apiKey = machine.read('first-api-key').trim();
      gateway.apiKey = machine.apiKey;
      shell = machine.terminal({ GATEWAY: gateway.base, API_KEY: gateway.apiKey });
      const files = tableOf(guide, 'file in `data.directory`', 'what it is').flatMap(([names]) => words(names));
      assert.deepEqual(readdirSync(machine.path('tollgate-data')).sort(),
        files.map((name) => /^[-.]/.test(name) ? `tollgate.db${name}` : name).sort());
      server = await gateway.mint();
      await requestLine(gateway, server);
      await healthAndMetrics(gateway);
      if (process.getuid() === 0) await event('running_as_root');
    }],

    ['sh', /kill -HUP/, async (block) => {
      const renewed = makeCertificate(machine.directory, 'renewed');
      copyFileSync(renewed.key, key);
      copyFileSync(renewed.certificate, certificate);
      await shell.good(block);
      await until('the new certificate', async () => await shownCertificate(gateway) === 'renewed', 30_000);
      writeFileSync(key, 'no key');
      await shell.good(block);
      await event('tls_reload_failed');
      assert.equal(await shownCertificate(gateway), 'renewed');
      execFileSync('faketime', ['2020-01-01 00:00:00', 'openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1',
        '-subj', '/CN=expired', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
      await shell.good(block);
      assert.equal((await event('certificate_out_of_date')).level, 'error');
      await until('the old certificate', async () => await shownCertificate(gateway) === 'expired', 30_000);
      copyFileSync(renewed.key, key);
      copyFileSync(renewed.certificate, certificate);
      await shell.good(block);
      await until('the good one', async () => await shownCertificate(gateway) === 'renewed', 30_000);
    }],

    ['sh', /^tollgate backup/, async (block) => {
      await shell.good(block);
      const file = machine.path('tollgate-backup.db');
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal(machine.read('tollgate-backup.db').slice(0, 15), 'SQLite format 3');
    }],

    ['sh', /^tollgate restore/, async (block) => {
      revoked = server;
      await gateway.must('DELETE', `/integrated-account/${server.account}/mcp/${server.id}`);
      assert.equal(await mcp(server), 404);
      const running = await shell.run(block.split('\n')[1]);
      assert.match(running, /another process uses this database/);
      await gateway.stop(); // exit code 0 at SIGTERM
      for (const name of readdirSync(machine.path('tollgate-data')).filter((one) => !one.endsWith('.key')))
        rmSync(join(machine.path('tollgate-data'), name));
      const told = await shell.good(block);
      assert.equal(told.match(/mcp_servers +1 rows/g).length, 2);
    }],

    ['sh', /^openssl rand/, async (block) => {
      const before = machine.read('tollgate-data/master.key');
      await shell.good(block);
      assert.match(machine.read('tollgate-data/master.key').slice(before.length), /^[0-9a-f]{64}\n$/);
      await begin();
      assert.equal(await mcp(revoked), 200, 'what was revoked since the backup works again');
      assert.equal((await call(gateway.base + revoked.path, 'list_all_stripe_charges')).isError, false, 'sealed by the old key');
      server = await gateway.mint();
      assert.equal((await call(server.url, 'list_all_stripe_charges')).isError, false, 'sealed by the new one');
    }],

    ['sh', /^tollgate rotate-key/, async (block) => {
      const told = await shell.good(block);
      assert.match(told, /Sealed [1-9]\d* values again/);
      assert.match(told, /^The master key \w{8} is not needed any more/m);
      assert.equal((await call(gateway.base + revoked.path, 'list_all_stripe_charges')).isError, false);
    }],

    ['sh', /^tollgate receipts list --state unknown/, async (block) => {
      await shell.good(`export TOLLGATE_ADMIN_URL=$GATEWAY TOLLGATE_API_KEY=$API_KEY SSL_CERT_FILE=served.pem\n${block}`);
    }],

    // With an unknown write: receipt_outcome.test.mjs.
    ['sh', /^tollgate receipts settle/, async (block) => {
      for (const line of block.trim().split('\n'))
        assert.match(await shell.run(line.replaceAll('…', '1'.repeat(24))), /^tollgate: no such receipt$/m);
    }],

    ['sh', /mcp\/find[^]*\/revoke/, async (block) => {
      const told = await shell.good(`LEAKED=${server.url}\n${block}`);
      assert.ok(told.includes(server.id), told);
      assert.equal(await mcp(server), 404);
      const line = await event('token_revoked');
      assert.ok(line.kind && line.id, JSON.stringify(line));
    }],

    ['sh', /team\/suspend/, async (block) => {
      assert.match(await shell.good(block), /^\d+\n$/);
      assert.equal(await mcp(revoked), 403);
      const line = await event('suspended');
      assert.equal(line.reason, 'leak, looking into it');
      assert.ok(line.count >= 1);
      await gateway.must('DELETE', '/team/suspend');
      await event('resumed');
      assert.equal(await mcp(revoked), 200);
    }],

    ['sh', /^find_mcp\(\)/, async (block) => {
      await shell.good(block);
      await findAndEnd(gateway, shell);
    }],

    ['sh', /^tollgate key reset/, async (block) => {
      const told = await shell.good(block);
      const made = /tgk_\w{38}/.exec(told)[0];
      const owner = await gateway.must('GET', '/api-key', undefined, { key: made });
      const [old] = owner.result.filter((one) => machine.apiKey.startsWith(one.prefix ?? one.key_prefix));
      assert.ok(old, JSON.stringify(owner.result));
      assert.match(told, /"key_reset"/);
      await gateway.must('DELETE', `/api-key/${old.id}`, undefined, { key: made });
      assert.equal((await gateway.admin('GET', '/api-key')).status, 401);
      await shell.good(`${block.trimEnd()} --file another-key`);
      assert.equal(statSync(machine.path('another-key')).mode & 0o777, 0o600);
    }],
  ]);
  assert.equal(redis.process.exitCode, null);
  await gateway.stop();
});

// Each row of the table "known is | find it | stop it, then end it", as it stands but for what is known.
async function findAndEnd(gateway, shell) {
  const account = (await gateway.must('POST', '/integrated-account', { name: 'Acme GmbH', credential: testKey })).id;
  const person = await gateway.must('POST', '/api-key', { name: 'Gudrun Meier', role: 'admin' });
  const rows = tableOf(guide, 'known is', 'find it', 'stop it, then end it');
  assert.equal(rows.length, 4);
  let first;
  for (const [known, find, ends] of rows) {
    const made = await gateway.must('POST', `/integrated-account/${account}/mcp`, { name: 'Found', config: {}, holder: 'gudrun@example.com' },
      { key: person.key ?? person.api_key ?? person.token });
    const token = new URL(made.url).pathname.split('/').pop();
    const found = await shell.good(words(find)[0].replace('tgm_3kTq', token.slice(0, 8)));
    const [, address] = found.split('\n').map((line) => new RegExp(`^((?:ia_\\w+)/mcp/${made.id}) active Found by Gudrun Meier$`).exec(line)).find(Boolean)
      ?? assert.fail(`${known}: ${found}`);
    let commands = words(ends).filter((one) => one.includes('/mcp/mcp_…'));
    if (ends.startsWith('the same')) commands = first;
    assert.equal(commands.length, 2, ends);
    first = commands;
    const status = async () => (await legacy(made.url, 'ping')).status;
    for (const command of commands) {
      assert.match(await shell.good(command.replace('ia_…/mcp/mcp_…', address)), /^(suspended|204|200)$/m);
      assert.notEqual(await status(), 200, command);
    }
  }
  await gateway.must('DELETE', `/api-key/${person.id}`);
  const left = await shell.good('find_mcp created_by=gudrun');
  assert.equal(left.trim().split('\n').length, rows.length, 'found after they have left');
  const change = events(gateway.log).find((line) => line.event === 'admin_change' && line.made === person.id);
  assert.ok(change.team && change.key && change.path, JSON.stringify(change));

  const rotated = await gateway.mint({ account });
  const renewed = await gateway.must('POST', `/integrated-account/${account}/mcp/${rotated.id}/rotate`, { overlap_seconds: 600 });
  const pings = async () => [(await legacy(rotated.url, 'ping')).status, (await legacy(renewed.url, 'ping')).status];
  assert.deepEqual(await pings(), [200, 200]);
  assert.match(await shell.good(`find_mcp prefix=${rotated.path.split('/').pop().slice(0, 8)}`), new RegExp(`/${rotated.id} active`));
  await gateway.must('POST', '/revoke', { token: rotated.url });
  assert.deepEqual(await pings(), [404, 200], 'the old one ends alone');

  const whole = words(rows[1][2]).filter((word) => word.includes('ia_…'));
  assert.deepEqual(whole, ['pause_mcp ia_…', 'POST /integrated-account/ia_…/revoke']);
  assert.match(await shell.good(`pause_mcp ${account}`), /suspended/);
  await gateway.revokeAll(`/integrated-account/${account}/revoke`);
}

test('GET /mcp finds by holder, as POST /mcp/find does', async (t) => {
  const machine = new Machine(t);
  machine.configure();
  const gateway = await machine.serve('tollgate serve --config tollgate.yaml');
  const { id } = await gateway.mint({ holder: 'gudrun@example.com' });
  const found = async (...call) => (await gateway.admin(...call)).body?.result?.map((one) => one.id);
  assert.deepEqual(await found('POST', '/mcp/find', { holder: 'gudrun@' }), [id]);
  assert.deepEqual(await found('GET', '/mcp?holder=gudrun%40'), [id]);
  await gateway.stop();
});

test('operations.md: what does not fit ends the start with a sentence and exit code 1', async (t) => {
  const machine = new Machine(t);
  const shell = machine.terminal();
  machine.configure();
  const start = 'tollgate serve --config tollgate.yaml';
  const refused = async (why) => {
    const told = await shell.run(start);
    assert.equal(shell.status, 1, told);
    assert.match(told, /^tollgate: /m);
    assert.match(told, why);
  };
  machine.write('tollgate.yaml', 'server:\n  listne: 127.0.0.1:0\n');
  await refused(/listne/);
  machine.write('tollgate.yaml', 'server:\n  listen: 192.0.2.1:1\n');
  await refused(/192\.0\.2\.1/);
  machine.configure(`data:\n  directory: elsewhere\nredis:\n  url: redis://127.0.0.1:${await upstreamPort()}\n`);
  machine.write('elsewhere/master.key', 'short\n');
  await refused(/master\.key/);
  rmSync(machine.path('elsewhere'), { recursive: true });
  const gateway = await machine.serve(start);
  assert.deepEqual((await request(`${gateway.base}/readyz`)).body.redis, 'away', 'slower, not wrong');
  assert.equal((await request(`${gateway.base}/readyz`)).status, 200);
  await gateway.stop();
  for (const name of ['master.key', 'pepper.key']) rmSync(join(machine.path('elsewhere'), name));
  await refused(/master\.key|pepper\.key/);
  assert.deepEqual(readdirSync(machine.path('elsewhere')).filter((name) => name.endsWith('.key')), [], 'no new ones are made');
});
