// Records that a team keeps no longer are removed, and the log stays verifiable: with `audit verify` and with Go's packages. What somebody
// else removed is not taken for retention.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildVerifier } from '../audit/verifier.mjs';
import { runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { startSyslogUdp, startWebhook, webhookSecret } from '../support/receivers.mjs';
import { until } from '../support/wait.mjs';

const work = scratch();
const verifyWithGo = buildVerifier(work);
const year2023 = 1_700_000_000_000;

// Looks into the database, or changes it while the gateway is stopped.
function inDatabase(gateway, use, readOnly = true) {
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'), { readOnly });
  try {
    return use(database);
  } finally {
    database.close();
  }
}
const one = (gateway, sql) => inDatabase(gateway, (database) => Object.values(database.prepare(sql).get() ?? {})[0]);

// Records of the year 2023 without a position.
async function addOld(gateway, team, count, settings = []) {
  await gateway.stop();
  inDatabase(gateway, (database) => {
    const add = database.prepare(`INSERT INTO audit_records (id, team_id, recorded_at, position, kind, actor, server_id, tool, decision,
      rule, object_id, request_id, receipt_id, entry) VALUES (?, ?, ?, NULL, 'call', '', '', '', 'allowed', '', '', '', '', ?)`);
    database.exec('BEGIN');
    for (let i = 0; i < count; ++i) {
      const id = `aud_${String(i).padStart(6, '0')}`;
      add.run(id, team, year2023 + i, JSON.stringify({ id, team, time: new Date(year2023 + i).toISOString() }));
    }
    database.exec('COMMIT');
  }, false);
  await gateway.start(...settings);
}
const checkpoint = (gateway, team, size) => until(`a checkpoint of ${size}`, async () => {
  const { status, text } = await gateway.admin('GET', `/audit/log/${team}/checkpoint`);
  return status === 200 && Number(text.split('\n')[1]) >= size && text;
}, 30_000);
const keptFrom = async (gateway, team) => {
  const { status, text } = await gateway.admin('GET', `/audit/log/${team}/retention`);
  return status === 200 ? Number(text.split('\n')[1]) : 0;
};
const exported = (gateway, to, team) => runBinary(['audit', 'export', '--to', to, '--team', team, '--data-directory', gateway.data]);
const verify = (folder, ...more) => runBinary(['audit', 'verify', '--export', folder, ...more]);

// A team in whose log nothing is recorded yet, and the gateway acting for it.
async function quietTeam(gateway) {
  const { id, api_key: { key } } = await gateway.must('POST', '/team', { name: 'Quiet' });
  gateway.apiKey = key;
  return id;
}

test('old records go after the team\'s days, not under legal hold, and the log stays verifiable', async (t) => {
  const gateway = await startGateway(t);
  const team = await quietTeam(gateway);
  await addOld(gateway, team, 1400);
  const server = await gateway.mint();
  const anchor = join(work, 'anchor');
  writeFileSync(anchor, await checkpoint(gateway, team, 1400));

  // Under legal hold the retention runs, and removes nothing.
  const started = Date.now();
  await gateway.must('PATCH', '/team', { audit_retention_days: 30, audit_legal_hold: true });
  await until('a run', async () => one(gateway, `SELECT due_at FROM alarms WHERE kind = 'retention' AND team_id = '${team}'`) > started + 60_000, 20_000);
  assert.equal(one(gateway, 'SELECT count(*) FROM audit_records WHERE recorded_at < 1710000000000'), 1400);
  assert.equal((await gateway.admin('GET', `/audit/log/${team}/retention`)).body.code, 'nothing_removed');

  await gateway.must('PATCH', '/team', { audit_legal_hold: false });
  await until('the removal', async () => (await keptFrom(gateway, team)) === 1280, 30_000);
  assert.equal(one(gateway, `SELECT count(*) FROM audit_records WHERE team_id = '${team}' AND position < 1280`), 0);
  assert.match(await gateway.metrics(), /tollgate_retention_removed_total\{kind="audit"\} 1280/);
  const records = await until('the records of it', async () => {
    const { result } = await gateway.must('GET', '/audit?kind=retention_removed');
    return result.every((record) => record.position !== null) && result;
  });
  assert.deepEqual(records.map((record) => [record.changed_from.kept_from, record.changed_to.kept_from]), [[768, 1280], [0, 768]]);

  // The rest is served, proved and exported.
  const made = await call(server.url, 'create_a_stripe_customer', { name: 'Ada' });
  const { receipt } = made.value;
  await until('the proof', async () => (await gateway.admin('GET', `/receipt/${receipt}/proof`)).status === 200);
  assert.equal((await gateway.admin('GET', `/audit/log/${team}/tile/entries/004`)).body.code, 'entries_removed');
  const folder = join(work, 'export');
  const done = exported(gateway, folder, team);
  assert.equal(done.status, 0, done.stderr);
  assert.ok(!existsSync(join(folder, 'tile/entries/004')) && existsSync(join(folder, 'tile/0/004')));
  const fine = verify(folder, '--against-anchor', anchor);
  assert.equal(fine.status, 0, fine.stderr);
  assert.match(fine.stdout, /Entries 0 to 1279 were removed by the team's retention/);
  const lines = join(work, 'kept.jsonl');
  const written = runBinary(['audit', 'export', '--jsonl', lines, '--team', team, '--data-directory', gateway.data]);
  assert.equal(written.status, 0, written.stderr);
  assert.equal(JSON.parse(readFileSync(lines, 'utf8').split('\n')[0]).id, 'aud_001280');
  const go = verifyWithGo(folder);
  assert.equal(go.status, 0, go.sentence);
  assert.match(go.sentence, /is intact; the first 1280 were removed/);
  assert.doesNotMatch(gateway.log, /audit_log_broken|audit_log_damaged/);
  await attacked(gateway, folder, team);
});

// What somebody does who cannot sign.
async function attacked(gateway, folder, team) {
  const last = Number(readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n')[1]) - 1280;
  const attacks = [
    ['the next bundle is missing', (at) => rmSync(join(at, `tile/entries/005${last < 256 ? `.p/${last}` : ''}`)), /is missing/],
    ['the statement is missing', (at) => rmSync(join(at, 'retention')), /tile\/entries\/000 is missing/],
    ['the statement says more', (at) => writeFileSync(join(at, 'retention'), readFileSync(join(at, 'retention'), 'utf8').replace('\n1280\n', '\n1536\n')), /does not verify/],
    ['a checkpoint as the statement', (at) => cpSync(join(at, 'checkpoint'), join(at, 'retention')), /does not verify/],
    ['a hash of a removed entry is another one', (at) => { const tile = readFileSync(join(at, 'tile/0/001')); tile[7] ^= 1; writeFileSync(join(at, 'tile/0/001'), tile); }, /statement of their removal|tile\/1/],
  ];
  for (const [name, attack, sentence] of attacks) {
    const copy = join(work, 'attacked');
    rmSync(copy, { recursive: true, force: true });
    cpSync(folder, copy, { recursive: true });
    attack(copy);
    const found = verify(copy);
    assert.equal(found.status, 3, name);
    assert.match(found.stderr, sentence, name);
    assert.equal(verifyWithGo(copy).status, 1, name);
  }
  // In the database: the export stops.
  await gateway.stop();
  inDatabase(gateway, (database) => database.exec('DELETE FROM audit_records WHERE position < 1300'), false);
  const stopped = exported(gateway, join(work, 'stopped'), team);
  assert.equal(stopped.status, 1);
  assert.match(stopped.stderr, /lacks records between 1280 and/);
  await gateway.start();
}

test('kill -9 while old records are removed: each is removed once or whole, and the log is intact', async (t) => {
  const gateway = await startGateway(t);
  const team = await quietTeam(gateway);
  await addOld(gateway, team, 20_000);
  await checkpoint(gateway, team, 20_000);
  await gateway.must('PATCH', '/team', { audit_retention_days: 30 });
  const seen = [];
  for (const wait of [30, 60, 120, 250, 500]) {
    await until('a removal', async () => (await keptFrom(gateway, team)) > (seen.at(-1) ?? 0), 30_000);
    await sleep(wait);
    await gateway.kill();
    await gateway.start();
    const from = await keptFrom(gateway, team);
    seen.push(from);
    assert.equal(one(gateway, `SELECT count(*) FROM audit_records WHERE team_id = '${team}' AND position < ${from}`), 0);
    // In one look: the removal goes on.
    assert.equal(one(gateway, `SELECT (SELECT min(position) FROM audit_records WHERE team_id = '${team}') - kept_from
      FROM audit_logs WHERE team_id = '${team}'`), 0);
    if (from >= 19_968) break;
  }
  t.diagnostic(`kept entries began after each kill at ${seen}`);
  await until('everything', async () => (await keptFrom(gateway, team)) === 19_968, 90_000);
  const folder = join(work, 'killed');
  assert.equal(exported(gateway, folder, team).status, 0);
  assert.equal(verify(folder).status, 0);
  assert.doesNotMatch(gateway.log, /audit_log_broken|audit_log_damaged/);
});

test('a receiver that is away, and one that is new, get what is kept; a replay from 0 begins there', async (t) => {
  const away = await startWebhook(t, { answer: 503 });
  const settings = { 'audit.forward_webhook': away.url };
  const secret = { TOLLGATE_AUDIT_FORWARD_WEBHOOK_SECRET: webhookSecret };
  const gateway = await startGateway(t, settings, secret);
  const owner = gateway.apiKey;
  const team = await quietTeam(gateway);
  await addOld(gateway, team, 1400, [settings, secret]);
  await checkpoint(gateway, team, 1400);
  await until('an attempt', () => away.attempts.some((one) => one.data.team_id === team));
  await gateway.must('PATCH', '/team', { audit_retention_days: 30 });
  await until('the removal', async () => (await keptFrom(gateway, team)) === 1280, 30_000);
  gateway.apiKey = owner;
  const state = async () => (await gateway.must('GET', `/audit/forwarding?team_id=${team}`)).result[0].logs[0];
  const drained = () => until('everything', async () => { const log = await state(); return log.waiting === 0 && log.position > 1280; }, 60_000);
  const positions = (records) => records.map((one) => one.position);
  const from1280 = async () => Array.from({ length: (await state()).position - 1280 }, (_, i) => 1280 + i);
  const passed = await until('the position', async () => { const log = await state(); return log.position === 1280 && log; }, 60_000);
  assert.equal(passed.delivered_at, null);
  await until('the log line', () => /"audit_delivery_records_removed","destination":"forward_webhook"/.test(gateway.log));
  assert.doesNotMatch(gateway.log, /lacks the record/);
  away.answer = 204;
  await drained();
  assert.deepEqual(positions(away.records(team)), await from1280());
  const before = away.messages.length;
  await gateway.must('POST', '/audit/forwarding/webhook/replay', { team_id: team, position: 0 });
  await until('the replay', () => away.messages.length > before);
  await drained();
  assert.equal(away.messages.slice(before).filter((one) => one.data.team_id === team)[0].data.position, 1280);

  // Another destination, which begins at position 0.
  const syslog = await startSyslogUdp(t);
  await gateway.stop();
  await gateway.start({ ...settings, 'audit.forward_syslog': syslog.url }, secret);
  const mine = await until('what is kept', () => {
    const got = syslog.messages.filter((one) => one.team === team);
    return got.length >= 120 && got;
  }, 30_000);
  assert.equal(Number(mine[0].position), 1280);
  assert.doesNotMatch(gateway.log, /lacks the record|audit_log_damaged/);
});

test('receipts go after the team\'s days; those whose outcome is unknown stay', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  for (const name of ['Ada', 'Grace', 'Edsger']) await call(server.url, 'create_a_stripe_customer', { name });
  const receipts = (await gateway.must('GET', '/receipt')).result.map((row) => row.id);
  assert.equal(receipts.length, 3);
  await gateway.stop();
  inDatabase(gateway, (database) => {
    database.exec(`UPDATE receipts SET created_at = ${year2023}, finished_at = ${year2023} WHERE id <> '${receipts[0]}'`);
    database.exec(`UPDATE receipts SET state = 'unknown' WHERE id = '${receipts[1]}'`);
  }, false);
  await gateway.start();
  await gateway.must('PATCH', '/team', { receipt_retention_days: 90 });
  await until('the removal', async () => (await gateway.must('GET', '/receipt')).result.length === 2, 20_000);
  assert.deepEqual((await gateway.must('GET', '/receipt')).result.map((row) => row.id).sort(), receipts.slice(0, 2).sort());
  assert.match(await gateway.metrics(), /tollgate_retention_removed_total\{kind="receipt"\} 1/);
});

test('two instances on one PostgreSQL take turns: each record is removed once, also when one is killed', async (t) => {
  const { one: first, two: second, settings } = await twoInstances(t);
  const psql = (sql) => execFileSync('psql', ['-qAtX', settings['data.url'], '-c', sql], { encoding: 'utf8', timeout: 20_000 }).trim();
  const team = await quietTeam(first);
  second.apiKey = first.apiKey;
  psql(`INSERT INTO audit_records (id, team_id, recorded_at, position, kind, actor, server_id, tool, decision, rule, object_id, request_id, receipt_id, entry)
    SELECT 'aud_' || lpad(i::text, 6, '0'), '${team}', ${year2023} + i, NULL, 'call', '', '', '', 'allowed', '', '', '', '',
      '{"id":"aud_' || i || '","team":"${team}","time":"2023-11-14T22:13:20.000Z"}' FROM generate_series(0, 7999) AS i`);
  await checkpoint(first, team, 8000);
  await first.must('PATCH', '/team', { audit_retention_days: 30 });
  await until('a removal', async () => (await keptFrom(second, team)) > 0, 30_000);
  await first.kill();
  await until('everything', async () => (await keptFrom(second, team)) === 7936, 90_000);
  assert.equal(psql(`SELECT min(position) FROM audit_records WHERE team_id = '${team}'`), '7936');
  const steps = (await second.must('GET', '/audit?kind=retention_removed&limit=100')).result
    .map((record) => [record.changed_from.kept_from, record.changed_to.kept_from]).reverse();
  assert.equal(steps[0][0], 0);
  for (let i = 1; i < steps.length; ++i) assert.equal(steps[i][0], steps[i - 1][1], 'a range was removed twice, or not at all');
  const keys = ['--vault-master-key-file', settings['vault.master_key_file'], '--vault-pepper-file', settings['vault.pepper_file']];
  const folder = join(work, 'shared');
  const done = runBinary(['audit', 'export', '--to', folder, '--team', team, '--data-directory', second.data, '--data-url', settings['data.url'], ...keys]);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(verify(folder).status, 0);
  for (const gateway of [first, second]) assert.doesNotMatch(gateway.log, /audit_log_broken|audit_log_damaged/);
});
