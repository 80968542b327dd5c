// Checkpoints go to a file, a webhook and syslog on a schedule, and show that a log was written anew.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { startSyslogUdp, startWebhook, webhookSecret } from '../support/receivers.mjs';
import { sleep, until } from '../support/wait.mjs';

const secret = { TOLLGATE_AUDIT_ANCHOR_WEBHOOK_SECRET: webhookSecret };

const teamOf = async (gateway) => (await gateway.must('GET', '/team')).result[0].id;
const change = (gateway, name) => gateway.must('POST', '/team', { name });
const notesIn = (file) => readFileSync(file, 'utf8').split('\n\n').reduce((notes, part, i) => {
  if (i % 2 === 0) notes.push(part);
  else notes[notes.length - 1] += `\n\n${part}\n`;
  return notes;
}, []).filter(Boolean);
const notesOf = (file, team) => notesIn(file).filter((note) => note.split('\n')[0].endsWith(`/audit/${team}`));
const sizeOf = (note) => Number(note.split('\n')[1]);
const stateOf = async (gateway, destination, team) =>
  (await gateway.must('GET', `/audit/anchors?team_id=${team}`)).result.find((one) => one.destination === destination);
// Waits until an anchor covers every record of the log; the state of the log.
const anchored = (gateway, destination, team) => until(`an anchor of everything at ${destination}`, async () => {
  const { logs: [log] } = await stateOf(gateway, destination, team);
  const unordered = (await gateway.must('GET', `/audit?limit=100&team_id=${team}`)).result.some((one) => one.position === null);
  return !unordered && log?.waiting === 0 && log;
}, 40_000);
const place = (gateway) => ['--data-directory', gateway.data, ...(gateway.database ? ['--data-url', gateway.database] : [])];

function exported(gateway, team, to) {
  const done = runBinary(['audit', 'export', '--to', to, '--team', team, ...place(gateway)]);
  assert.equal(done.status, 0, done.stderr);
  return to;
}
const verify = (folder, anchors) => runBinary(['audit', 'verify', '--export', folder, '--against-anchor', anchors]);

test('the newest checkpoint goes to a file, a webhook and syslog, and anchors the log', async (t) => {
  const folder = scratch();
  const file = join(folder, 'anchors');
  const hook = await startWebhook(t);
  const syslog = await startSyslogUdp(t);
  const settings = { 'audit.anchor_file': file, 'audit.anchor_webhook': hook.url, 'audit.anchor_syslog': syslog.url, 'audit.anchor_every': 1000 };
  const gateway = await startGateway(t, settings, secret);
  const team = await teamOf(gateway);
  await change(gateway, 'First');
  const destinations = ['webhook', 'syslog', 'file'];
  for (const destination of destinations) await anchored(gateway, destination, team);
  const before = await anchored(gateway, 'file', team);
  await change(gateway, 'Later');
  // A change has two records, which may come into the log one after the other.
  let log;
  for (const destination of destinations)
    log = await until(`both records at ${destination}`, async () => {
      const now = await anchored(gateway, destination, team);
      return now.size === before.size + 2 && now;
    });
  assert.equal(log.anchored_size, log.size);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const notes = notesOf(file, team);
  assert.ok(notes.length >= 2);
  assert.equal(sizeOf(notes.at(-1)), log.size);
  const posted = hook.messages.filter((one) => one.data.team_id === team);
  assert.equal(posted.at(-1).type, 'audit.anchor');
  assert.equal(posted.at(-1).id, `anchor_${team}_${log.size}`);
  assert.equal(posted.at(-1).data.checkpoint, notes.at(-1));
  assert.equal(hook.unsigned, 0);
  const sent = syslog.messages.filter((one) => one.team === team).at(-1);
  assert.equal(sent.kind, 'anchor');
  assert.equal(JSON.parse(sent.text).checkpoint, notes.at(-1));
  const done = verify(exported(gateway, team, join(folder, 'export')), file);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /All of them are anchored/);
  assert.match(await gateway.metrics(), /^tollgate_audit_delivery_last_timestamp_seconds\{destination="anchor_file"\} \d/m);
});

test('an anchor is made once an hour, and a restart neither repeats nor forgets it', async (t) => {
  const file = join(scratch(), 'anchors');
  const settings = { 'audit.anchor_file': file };
  const gateway = await startGateway(t, settings);
  const team = await teamOf(gateway);
  await change(gateway, 'First');
  await anchored(gateway, 'file', team);
  await change(gateway, 'Later');
  await until('another checkpoint', async () => {
    const { logs: [log] } = await stateOf(gateway, 'file', team);
    return log.checkpoint_size > log.anchored_size;
  }, 20_000);
  await gateway.kill();
  await gateway.start(settings);
  await sleep(2500); // two looks
  assert.equal(notesOf(file, team).length, 1);
  await gateway.stop();
  await gateway.start({ ...settings, 'audit.anchor_every': 1000 });
  await anchored(gateway, 'file', team);
  const notes = notesOf(file, team);
  assert.equal(notes.length, 2);
  assert.ok(sizeOf(notes[0]) < sizeOf(notes[1]));
});

test('a file that cannot be written is reported, and gets the newest checkpoint when it can', async (t) => {
  const folder = scratch();
  const file = join(folder, 'missing', 'anchors');
  const gateway = await startGateway(t, { 'audit.anchor_file': file });
  const team = await teamOf(gateway);
  await change(gateway, 'First');
  const failed = await until('a failure', async () => {
    const { logs: [log] } = await stateOf(gateway, 'file', team);
    return log?.failures > 0 && log;
  }, 20_000);
  assert.match(failed.last_error, /opening .*missing\/anchors failed: No such file or directory/);
  mkdirSync(join(folder, 'missing'));
  await anchored(gateway, 'file', team);
  assert.ok(notesOf(file, team).length >= 1);
  await until('the failure in the log', () => gateway.log.includes('"audit_delivery_failed"'));
});

test('a log that was written anew, with the key, is found by the file of anchors alone', { skip: process.env.STORE_UNDER_TEST === 'postgresql' }, async (t) => {
  const folder = scratch();
  const file = join(folder, 'anchors');
  const gateway = await startGateway(t, { 'audit.anchor_file': file, 'audit.anchor_every': 1000 });
  const team = await teamOf(gateway);
  for (let i = 0; i < 3; ++i) await change(gateway, `Team ${i}`);
  const { size } = await anchored(gateway, 'file', team);
  await gateway.stop();
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'));
  database.exec(`UPDATE audit_records SET position = NULL; DELETE FROM audit_tiles; DELETE FROM audit_logs;
    UPDATE audit_records SET entry = replace(entry, 'POST /team', 'GET /team') WHERE team_id = '${team}'`);
  database.close();
  // The gateway orders and signs what it finds: the log itself is whole.
  await gateway.start();
  await until('a checkpoint of the new log', async () => {
    const note = await gateway.admin('GET', `/audit/log/${team}/checkpoint`);
    return note.status === 200 && Number(note.text.split('\n')[1]) >= size;
  }, 30_000);
  const made = exported(gateway, team, join(folder, 'rewritten'));
  assert.equal(runBinary(['audit', 'verify', '--export', made]).status, 0);
  const done = verify(made, file);
  assert.equal(done.status, 3);
  assert.match(done.stderr, /are not those that an anchor covers/);
});

test('a secret that others may read is refused at the start', async (t) => {
  const file = join(scratch(), 'secret');
  writeFileSync(file, webhookSecret);
  chmodSync(file, 0o644);
  const failing = { 'audit.anchor_webhook': 'https://siem.example/in', 'audit.anchor_webhook_secret_file': file };
  await assert.rejects(startGateway(t, failing), /may be used by others than its owner: run chmod 600/);
  writeFileSync(file, 'short');
  chmodSync(file, 0o600);
  await assert.rejects(startGateway(t, failing), /anchor_webhook_secret must be base64 of 24 to 64 random bytes/);
});
