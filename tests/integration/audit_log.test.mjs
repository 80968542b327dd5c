// The audit log over HTTP, verified by Go's packages: records that are in the database before the start are put in order,
// signed, served and proved.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildVerifier, intact } from '../audit/verifier.mjs';
import { scratch, startGateway } from '../support/gateway.mjs';
import { until } from '../support/wait.mjs';

const work = scratch();
const verify = buildVerifier(work);

// Stops the gateway, changes its database and starts it again.
async function withDatabase(gateway, use) {
  await gateway.stop();
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'));
  try {
    use(database);
  } finally {
    database.close();
  }
  await gateway.start();
}

// Records without a position, from number `first` on.
function addRecords(gateway, team, first, count, receipts = {}) {
  return withDatabase(gateway, (database) => {
    const add = database.prepare(`INSERT INTO audit_records (id, team_id, recorded_at, position, kind, actor, server_id, tool, decision,
      rule, object_id, request_id, receipt_id, entry) VALUES (?, ?, ?, NULL, 'call', '', '', '', 'allowed', '', '', '', ?, ?)`);
    database.exec('BEGIN');
    for (let i = first; i < first + count; ++i)
      add.run(`aud_${String(i).padStart(6, '0')}`, team, 1_700_000_000_000 + i, receipts[i] ?? '', entry(i));
    database.exec('COMMIT');
  });
}
const entry = (i) => JSON.stringify({ record: i, text: 'ü'.repeat(i % 7) });

// An answer as bytes.
async function fetched(gateway, path) {
  const answer = await fetch(gateway.adminBase + path, { headers: { authorization: `Bearer ${gateway.apiKey}` } });
  assert.equal(answer.status, 200, `${path}: ${answer.status}`);
  return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) };
}

// The size in the newest checkpoint once it is `size`.
const checkpointOf = (gateway, team, size) => until(`a checkpoint of ${size}`, async () => {
  const note = await gateway.admin('GET', `/audit/log/${team}/checkpoint`);
  return note.status === 200 && Number(note.text.split('\n')[1]) === size && note.text;
}, 20_000);

// Writes the log of `size` entries to a folder, as verify.go reads it.
async function download(gateway, team, size, folder, older) {
  const paths = ['key', 'checkpoint'];
  const places = (count) => Array.from({ length: Math.ceil(count / 256) }, (_, n) =>
    `${String(n).padStart(3, '0')}${n === Math.floor(count / 256) ? `.p/${count % 256}` : ''}`);
  for (let level = 0, count = size; count > 0; ++level, count = Math.floor(count / 256))
    paths.push(...places(count).map((place) => `tile/${level}/${place}`));
  paths.push(...places(size).map((place) => `tile/entries/${place}`));
  for (const path of paths) {
    const { type, bytes } = await fetched(gateway, `/audit/log/${team}/${path}`);
    assert.equal(type, path.startsWith('tile') ? 'application/octet-stream' : 'text/plain; charset=utf-8');
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  if (older) writeFileSync(join(folder, 'checkpoint.older'), older);
}

const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();

// The root that a proof of an entry leads to (RFC 9162, 2.1.3.2), and its checkpoint.
function opened(proof, text) {
  const [head, ...rest] = proof.split('\n\n');
  const [version, index, ...hashes] = head.split('\n');
  assert.equal(version, 'c2sp.org/tlog-proof@v1');
  const checkpoint = rest.join('\n\n');
  let node = Number(index.replace('index ', ''));
  let last = Number(checkpoint.split('\n')[1]) - 1;
  let root = hash([0], text);
  for (const sibling of hashes.map((line) => Buffer.from(line, 'base64'))) {
    if (node % 2 === 1 || node === last) {
      root = hash([1], sibling, root);
      while (node % 2 === 0 && node !== 0) { node /= 2; last = Math.floor(last / 2); }
    } else {
      root = hash([1], root, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  assert.equal(last, 0);
  return { root: root.toString('base64'), checkpoint };
}

test('records from before the start: in order, signed, and intact for a verifier that others wrote', async (t) => {
  const gateway = await startGateway(t);
  // A team of its own: nothing else is recorded for it.
  const { id: team, api_key: { key } } = await gateway.must('POST', '/team', { name: 'Quiet' });
  gateway.apiKey = key;
  assert.equal((await gateway.admin('GET', `/audit/log/${team}/checkpoint`)).body.code, 'no_checkpoint');

  await addRecords(gateway, team, 0, 300, { 7: 'rcp_old', 290: 'rcp_old', 299: 'rcp_new' });
  const first = await checkpointOf(gateway, team, 300);
  const folder = join(work, 'log');
  await download(gateway, team, 300, folder);
  assert.deepEqual(verify(folder), intact(300));

  // After a restart the log goes on: the new checkpoint extends the old one. The end of the process signs it at once.
  await addRecords(gateway, team, 300, 400, { 650: 'rcp_later' });
  await gateway.stop();
  await gateway.start();
  await checkpointOf(gateway, team, 700);
  await download(gateway, team, 700, folder, first);
  assert.deepEqual(verify(folder), intact(700));

  for (const [receipt, record] of [['rcp_old', 290], ['rcp_new', 299], ['rcp_later', 650]]) {
    const { type, bytes } = await fetched(gateway, `/receipt/${receipt}/proof`);
    assert.equal(type, 'text/plain; charset=utf-8');
    const { root, checkpoint } = opened(bytes.toString(), entry(record));
    assert.equal(root, checkpoint.split('\n')[2]);
    writeFileSync(join(folder, 'checkpoint.older'), checkpoint); // signed, and of this log
    assert.deepEqual(verify(folder), intact(700));
    assert.notEqual(opened(bytes.toString(), entry(record + 1)).root, root);
  }
  assert.equal((await gateway.admin('GET', '/receipt/rcp_none/proof')).status, 404);
  assert.doesNotMatch(gateway.log, /audit_log_broken/);
});

test('kill -9 while thousands are put in order: the log is whole, and each record is in it once', async (t) => {
  const gateway = await startGateway(t);
  const team = (await gateway.must('GET', '/team')).result[0].id;
  const count = 12_000;
  await addRecords(gateway, team, 0, count);
  const sizes = [];
  for (const wait of [5, 40, 80, 120]) {
    await sleep(wait);
    await gateway.kill();
    await gateway.start();
    const answer = await gateway.admin('GET', `/audit/log/${team}/checkpoint`);
    sizes.push(Number(answer.text.split('\n')[1] || 0));
  }
  t.diagnostic(`sizes of the checkpoints after each kill: ${sizes}`);
  await until('the last record', async () => {
    await gateway.stop(); // signs what is in the log
    await gateway.start();
    const answer = await gateway.admin('GET', `/audit/log/${team}/checkpoint`);
    return answer.text.split('\n')[1] === String(count);
  }, 30_000);
  const folder = join(work, 'killed');
  await download(gateway, team, count, folder);
  assert.deepEqual(verify(folder), intact(count));
  await gateway.stop();
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'));
  const row = database.prepare(`SELECT count(*) AS n, count(DISTINCT position) AS positions, max(position) AS last FROM audit_records`).get();
  database.close();
  assert.deepEqual({ ...row }, { n: count, positions: count, last: count - 1 });
  assert.doesNotMatch(gateway.log, /audit_log_broken/);
});

test('what was recorded shortly before the end is signed at the end', async (t) => {
  const gateway = await startGateway(t);
  const team = (await gateway.must('GET', '/team')).result[0].id;
  await addRecords(gateway, team, 0, 3);
  await checkpointOf(gateway, team, 3);
  await addRecords(gateway, team, 3, 2); // less than ten seconds after the first checkpoint
  await gateway.stop();
  await gateway.start();
  await checkpointOf(gateway, team, 5);
});

test('a changed record: the log is broken, nothing is signed any more, and the log says why', async (t) => {
  const gateway = await startGateway(t);
  const team = (await gateway.must('GET', '/team')).result[0].id;
  await addRecords(gateway, team, 0, 10);
  const signed = await checkpointOf(gateway, team, 10);
  const stateOf = (id) => gateway.admin('GET', `/audit/log/${id}/state`);
  assert.deepEqual((await stateOf(team)).body, { state: 'intact', writes_stopped: false });
  await withDatabase(gateway, (database) => database.exec("UPDATE audit_records SET entry = '{}' WHERE position = 4"));
  await addRecords(gateway, team, 10, 1);
  const line = await until('the error', () => /.*"audit_log_broken".*/.exec(gateway.log)?.[0]);
  assert.match(line, /the record aud_000004 at position 4 is not the one that was put into the log/);
  assert.deepEqual((await stateOf(team)).body, { state: 'broken', writes_stopped: true });
  assert.deepEqual((await stateOf('installation')).body, { state: 'intact', writes_stopped: true }, 'another log');
  assert.equal((await stateOf('team_000000000000000000000000')).status, 404, 'no such team');
  assert.equal((await gateway.admin('GET', `/audit/log/${team}/checkpoint`)).text, signed);
  const bundle = await gateway.admin('GET', `/audit/log/${team}/tile/0/000.p/11`);
  assert.equal(bundle.body.code, 'no_such_tile');
});
