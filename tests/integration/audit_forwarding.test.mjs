// Audit records go to other systems: each one, in order, again after failures, restarts and replays.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { startSyslogStream, startSyslogUdp, startSyslogUnix, startWebhook, webhookSecret } from '../support/receivers.mjs';
import { sleep, until } from '../support/wait.mjs';

const secret = { TOLLGATE_AUDIT_FORWARD_WEBHOOK_SECRET: webhookSecret };

const teamOf = async (gateway) => (await gateway.must('GET', '/team')).result[0].id;
const change = (gateway, name) => gateway.must('POST', '/team', { name });
// All records of the team's log, by position.
async function logOf(gateway, team) {
  const records = [];
  for (let cursor = ''; cursor !== undefined;) {
    const page = await gateway.must('GET', `/audit?limit=100&team_id=${team}${cursor && `&cursor=${cursor}`}`);
    records.push(...page.result);
    cursor = page.next_cursor ?? undefined;
  }
  return records.sort((a, b) => a.position - b.position);
}
const stateOf = async (gateway, destination, team) =>
  (await gateway.must('GET', `/audit/forwarding?team_id=${team}`)).result.find((one) => one.destination === destination);
// Waits until all records of the team are acknowledged; the state of its log. The order is asked for first: a record without a
// position is not among those that wait.
const drained = (gateway, destination, team) => until(`everything at ${destination}`, async () => {
  const unordered = (await gateway.must('GET', `/audit?limit=100&team_id=${team}`)).result.some((one) => one.position === null);
  if (unordered) return false;
  const { logs: [log] } = await stateOf(gateway, destination, team);
  return log && log.waiting === 0 && log;
}, 30_000);
const positions = (records) => records.map((one) => Number(one.position));
const range = (count) => Array.from({ length: count }, (_, i) => i);
const metric = async (gateway, name, destination) =>
  Number(new RegExp(`^${name}\\{destination="${destination}"\\} (\\S+)$`, 'm').exec(await gateway.metrics())?.[1]);

test('a webhook gets every record in order, signed; it is asked again after failures', async (t) => {
  const hook = await startWebhook(t, { answer: 503 });
  const gateway = await startGateway(t, { 'audit.forward_webhook': hook.url }, secret);
  const team = await teamOf(gateway);
  for (let i = 0; i < 5; ++i) await change(gateway, `Team ${i}`);
  const failed = await until('two failures', async () => {
    const { logs: [log] } = await stateOf(gateway, 'webhook', team);
    return log?.failures >= 2 && log;
  });
  assert.equal(failed.last_error, 'the receiver answered 503');
  assert.ok(failed.retry_at > failed.failed_at);
  assert.equal(failed.position, 0);
  assert.equal(new Set(hook.attempts.filter((one) => one.data.team_id === team).map((one) => one.id)).size, 1);
  assert.ok(await metric(gateway, 'tollgate_audit_delivery_failures_total', 'forward_webhook') >= 2);
  hook.answer = 204;
  await drained(gateway, 'webhook', team);
  const log = await logOf(gateway, team);
  assert.ok(log.length >= 10);
  assert.deepEqual(hook.records(team), log);
  assert.deepEqual(positions(hook.records(team)), range(log.length));
  assert.equal(hook.unsigned, 0);
  const [first] = hook.messages.filter((one) => one.data.team_id === team);
  assert.equal(first.type, 'audit.records');
  assert.equal(first.id, `audit_${team}_0_${first.data.records.length}`);
  assert.equal(first.path, '/in?key=1');
  assert.ok(Math.abs(first.seconds - Date.now() / 1000) < 60);
});

test('a receiver that is away, and a restart in between: nothing is lost, nothing is sent twice', async (t) => {
  const first = await startWebhook(t);
  const settings = { 'audit.forward_webhook': first.url };
  const gateway = await startGateway(t, settings, secret);
  const team = await teamOf(gateway);
  await change(gateway, 'Before');
  await drained(gateway, 'webhook', team);
  await first.stop();
  await change(gateway, 'Meanwhile');
  await until('a failure', async () => (await stateOf(gateway, 'webhook', team)).logs[0].failures > 0);
  await gateway.kill();
  const second = await startWebhook(t, { port: first.port });
  await gateway.start(settings, secret);
  await change(gateway, 'After');
  await drained(gateway, 'webhook', team);
  const got = [...first.records(team), ...second.records(team)];
  assert.deepEqual(got, await logOf(gateway, team));
});

test('an answer that is lost leads to the same message again, with the same id', async (t) => {
  const hook = await startWebhook(t);
  let cut = 0;
  hook.answer = (message, response) => {
    if (cut++ < 1) return response.socket.destroy();
    hook.messages.push(message);
    response.writeProcessing(); // an interim answer
    return response.writeHead(200).end();
  };
  const gateway = await startGateway(t, { 'audit.forward_webhook': hook.url }, secret);
  const team = await teamOf(gateway);
  await change(gateway, 'More');
  await drained(gateway, 'webhook', team);
  const mine = hook.attempts.filter((one) => one.data.team_id === hook.attempts[0].data.team_id);
  assert.equal(mine[0].id, mine[1].id);
  assert.deepEqual(mine[0].data, mine[1].data);
  assert.deepEqual(positions(hook.records(team)), range((await logOf(gateway, team)).length));
});

test('a replay sends records again; only an instance owner may, and it is recorded', async (t) => {
  const hook = await startWebhook(t);
  const gateway = await startGateway(t, { 'audit.forward_webhook': hook.url }, secret);
  const team = await teamOf(gateway);
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  await drained(gateway, 'webhook', team);
  const replay = (body, options, to = 'webhook') => gateway.admin('POST', `/audit/forwarding/${to}/replay`, body, options);
  const stranger = { key: other.api_key.key };
  assert.equal((await replay({ team_id: team, position: 0 }, stranger)).status, 403);
  // A team sees how far its own log was sent, and of no other; not what a receiver answered.
  for (const path of ['/audit/forwarding', '/audit/anchors']) {
    const own = await gateway.admin('GET', path, undefined, stranger);
    assert.equal(own.status, 200, own.text);
    assert.ok(!own.text.includes(team), own.text);
    for (const { logs } of own.body.result) for (const one of logs) assert.equal(one.last_error, null);
    assert.equal((await gateway.admin('GET', `${path}?team_id=${team}`, undefined, stranger)).status, 403);
  }
  assert.equal((await replay({ team_id: team, position: 1e6 })).body.code, 'position_ahead');
  assert.equal((await replay({ team_id: team, position: -1 })).body.code, 'invalid_position');
  assert.equal((await replay({ team_id: team, position: 0 }, {}, 'syslog')).body.code, 'no_such_destination');
  assert.equal((await replay({ team_id: 'team_none', position: 0 })).body.code, 'no_such_log');
  await drained(gateway, 'webhook', team);
  const before = hook.messages.length;
  const done = await replay({ team_id: team, position: 1 });
  assert.equal(done.status, 200, done.text);
  await drained(gateway, 'webhook', team);
  const again = hook.messages.slice(before).filter((one) => one.data.team_id === team).flatMap((one) => one.data.records);
  assert.equal(again[0].position, 1);
  const log = await logOf(gateway, team);
  assert.ok(log.some((one) => one.action === 'POST /audit/forwarding/{destination}/replay' && one.kind === 'admin_finished'));
});

test('a team sees what of its own log waits, and not what the receiver answered', async (t) => {
  const hook = await startWebhook(t, { answer: 500 });
  const gateway = await startGateway(t, { 'audit.forward_webhook': hook.url }, secret);
  const { id: team, api_key: { key } } = await gateway.must('POST', '/team', { name: 'Other' });
  await gateway.must('POST', '/api-key', { name: 'More', role: 'viewer' }, { key });
  const failed = await until('a failure', async () => {
    const { logs: [log] } = await stateOf(gateway, 'webhook', team);
    return log?.last_error && log;
  });
  assert.match(failed.last_error, /500/);
  const { result: [own] } = await gateway.must('GET', '/audit/forwarding', undefined, { key });
  assert.deepEqual([own.logs.length, own.logs[0].team_id, own.logs[0].last_error, own.last_success_at], [1, team, null, null]);
  assert.ok(own.waiting > 0 && own.waiting === own.logs[0].waiting, JSON.stringify(own));
  assert.ok(own.lag_ms > 0 && own.lag_ms < 60_000, 'the age of the oldest record that waits');
  const { result: [all] } = await gateway.must('GET', '/audit/forwarding');
  assert.ok(all.waiting > own.waiting && all.lag_ms >= own.lag_ms, 'those of all logs');
});

test('syslog over TCP, TLS, UDP and a Unix socket gets every record in order', async (t) => {
  const folder = scratch();
  const certificate = makeCertificate(folder, 'syslog');
  const receivers = [await startSyslogStream(t), await startSyslogStream(t, { certificate }), await startSyslogUdp(t),
    await startSyslogUnix(t, join(folder, 'log'))];
  for (const receiver of receivers) {
    const gateway = await startGateway(t, { 'audit.forward_syslog': receiver.url, 'audit.ca_file': certificate.certificate });
    const team = await teamOf(gateway);
    for (let i = 0; i < 3; ++i) await change(gateway, 'Team "]\\ü');
    await drained(gateway, 'syslog', team);
    const log = await logOf(gateway, team);
    const mine = await until(receiver.url, () => {
      const got = receiver.messages.filter((one) => one.team === team);
      return got.length >= log.length && got;
    });
    assert.deepEqual(mine.map((one) => ({ position: Number(one.position), ...JSON.parse(one.text) })), log, receiver.url);
    assert.deepEqual(mine.map((one) => one.id), log.map((one) => one.id));
    assert.ok(mine.every((one) => one.kind === 'audit' && one.priority === 110));
    await gateway.stop();
  }
});

test('syslog over TCP: what a receiver did not get while it was away comes when it is back', async (t) => {
  const first = await startSyslogStream(t);
  const gateway = await startGateway(t, { 'audit.forward_syslog': first.url });
  const team = await teamOf(gateway);
  await change(gateway, 'Before');
  await drained(gateway, 'syslog', team);
  await first.stop();
  await change(gateway, 'Meanwhile');
  const failed = await until('a failure', async () => {
    const { logs: [log] } = await stateOf(gateway, 'syslog', team);
    return log.failures > 0 && log;
  });
  assert.match(failed.last_error, /connecting failed: Connection refused/);
  const second = await startSyslogStream(t, { port: first.port });
  await drained(gateway, 'syslog', team);
  const got = [...first.messages, ...second.messages].filter((one) => one.team === team);
  assert.deepEqual(positions(got), range((await logOf(gateway, team)).length));
});

test('a certificate that is not trusted, a redirect and a slow answer are failures, and say so', async (t) => {
  const folder = scratch();
  const certificate = makeCertificate(folder, 'hook');
  const hook = await startWebhook(t, { certificate });
  const settings = { 'audit.forward_webhook': hook.url };
  const gateway = await startGateway(t, settings, secret);
  const team = await teamOf(gateway);
  await change(gateway, 'First');
  const error = (pattern) => until(`${pattern}`, async () => pattern.test((await stateOf(gateway, 'webhook', team)).logs[0]?.last_error), 20_000);
  await error(/the TLS handshake failed: .*certificate verify failed/);
  await gateway.stop();
  hook.answer = 301;
  await gateway.start({ ...settings, 'audit.ca_file': certificate.certificate }, secret);
  await error(/the receiver answered 301; redirects are not followed/);
  const atOnce = () => gateway.must('POST', '/audit/forwarding/webhook/replay', { team_id: team, position: 0 });
  hook.answer = () => {};
  await atOnce();
  await error(/waiting for the answer took too long/);
  hook.answer = 200;
  await atOnce();
  await drained(gateway, 'webhook', team);
  assert.deepEqual(positions(hook.records(team)), range((await logOf(gateway, team)).length));
});

test('of two instances one sends; when it is killed, the other goes on', async (t) => {
  const hook = await startWebhook(t);
  hook.answer = (message, response) => { // slower than a look: two senders would both send
    hook.messages.push(message);
    setTimeout(() => response.writeHead(204).end(), 1500);
  };
  const folder = scratch();
  writeFileSync(join(folder, 'secret'), webhookSecret, { mode: 0o600 });
  const { one, two } = await twoInstances(t, { 'audit.forward_webhook': hook.url, 'audit.forward_webhook_secret_file': join(folder, 'secret') });
  const team = await teamOf(one);
  for (let i = 0; i < 20; ++i) {
    await change(i % 2 ? one : two, `Team ${i}`);
    await sleep(200);
  }
  hook.answer = 204;
  await drained(two, 'webhook', team);
  const all = range((await logOf(one, team)).length);
  const sent = positions(hook.records(team));
  assert.deepEqual([...new Set(sent)], all);
  // A message may come again when a busy machine lost its turn; with two senders each one would.
  assert.ok(sent.length < all.length * 1.5, `${sent.length} sent of ${all.length}`);
  await one.kill();
  await change(two, 'Later');
  await drained(two, 'webhook', team);
  const got = positions(hook.records(team));
  assert.deepEqual([...new Set(got)], range((await logOf(two, team)).length));
});

test('settings that cannot work are refused at the start, without repeating a secret', () => {
  const refused = (env, pattern) => {
    const done = runBinary(['config', 'print'], { env });
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, pattern);
    assert.ok(!done.stderr.includes('hidden'), done.stderr);
  };
  refused({ TOLLGATE_AUDIT_FORWARD_WEBHOOK: 'http://siem.example/hidden' }, /audit.forward_webhook must begin with https:\/\//);
  refused({ TOLLGATE_AUDIT_FORWARD_WEBHOOK: 'https://siem.example/hidden' }, /audit.forward_webhook needs a secret/);
  refused({ TOLLGATE_AUDIT_ANCHOR_SYSLOG: 'syslog://x' }, /audit.anchor_syslog must be udp:/);
  refused({ TOLLGATE_AUDIT_ANCHOR_EVERY: '10' }, /audit.anchor_every must be at least 1000 ms/);
});
