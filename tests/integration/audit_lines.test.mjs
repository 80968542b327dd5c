// Audit records as JSON Lines: GET /audit/export, and `audit export --jsonl` while the gateway runs.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const folder = scratch();
const server = await gateway.mint();
for (const name of ['Ada', 'Grüße']) await call(server.url, 'create_a_stripe_customer', { name });
const other = await gateway.must('POST', '/team', { name: 'Other' });
await gateway.must('POST', '/integrated-account', { name: 'Theirs', credential: 'rk_test_sandbox0000000000000000' }, { key: other.api_key.key });
const { id: team } = (await gateway.must('GET', '/team')).result.find((one) => one.id !== other.id);

const exported = (query = '', options) => gateway.admin('GET', `/audit/export${query}`, undefined, options);
const linesOf = (text) => text.split('\n').slice(0, -1).map((line) => JSON.parse(line));
const place = gateway.database ? ['--data-directory', gateway.data, '--data-url', gateway.database] : ['--data-directory', gateway.data];
const toFile = (file, ...more) => runBinary(['audit', 'export', '--jsonl', file, ...place, ...more]);
// Every record of the team in the order of its log, once all have a position.
async function records(query = '') {
  const all = [];
  for (let cursor = ''; cursor !== undefined;) {
    const page = await gateway.must('GET', `/audit?limit=100${query}${cursor && `&cursor=${cursor}`}`);
    all.push(...page.result);
    cursor = page.next_cursor ?? undefined;
  }
  return all.sort((a, b) => a.position - b.position).map(({ position, ...entry }) => entry);
}
const ordered = () => until('positions', async () =>
  (await gateway.must('GET', '/audit?limit=100')).result.every((one) => one.position !== null));

test('every record is a line, in the order of the log, byte for byte', async () => {
  await ordered();
  const done = await exported();
  assert.equal(done.status, 200);
  assert.equal(done.headers['content-type'], 'application/x-ndjson');
  assert.ok(done.text.endsWith('}\n'));
  const all = await records();
  assert.ok(all.length >= 8);
  assert.deepEqual(linesOf(done.text), all);
});

test('the filters are those of GET /audit; an unknown one is refused', async () => {
  await ordered();
  for (const query of ['&kind=write_finished', '&decision=refused', '&tool=create_a_stripe_customer', `&actor=none`]) {
    const done = await exported(`?${query.slice(1)}`);
    assert.deepEqual(linesOf(done.text), await records(query), query);
  }
  assert.equal((await exported('?kid=call')).status, 400);
  assert.equal((await exported('?limit=5')).status, 400);
  assert.equal((await exported('?recorded_from=yesterday')).body.code, 'invalid_time');
});

test('a team gets its own records; an instance owner any team’s', async () => {
  const theirs = await exported('', { key: other.api_key.key });
  assert.ok(linesOf(theirs.text).length >= 2);
  assert.ok(!theirs.text.includes(team));
  assert.equal((await exported(`?team_id=${team}`, { key: other.api_key.key })).status, 404);
  assert.equal((await exported('', { key: 'tgk_none' })).status, 401);
  assert.equal((await exported(`?team_id=${other.id}`)).text, theirs.text);
  assert.equal((await exported('?team_id=installation')).status, 200);
});

test('a client of HTTP/1.0 gets the same, up to the end of the connection', async () => {
  await ordered();
  const socket = net.connect(Number(gateway.adminBase.split(':').pop()), '127.0.0.1');
  socket.end(`GET /audit/export HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer ${gateway.apiKey}\r\n\r\n`);
  let answer = '';
  for await (const bytes of socket) answer += bytes;
  const [head, body] = answer.split('\r\n\r\n');
  assert.match(head, /Connection: close/);
  assert.doesNotMatch(head, /Transfer-Encoding|Content-Length/);
  assert.equal(body, (await exported()).text);
});

test('the command writes the same into a private file, and leaves nothing behind when it fails', async () => {
  await ordered();
  const file = join(folder, 'audit.jsonl');
  const done = toFile(file, '--team', team);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(readFileSync(file, 'utf8'), (await exported()).text);
  assert.match(done.stdout, /^Wrote \d+ records to .*audit.jsonl\n$/);
  assert.equal(done.stderr, ''); // no terminal, no progress
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const again = toFile(file, '--team', team);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /exists already: name a file that does not/);
  assert.equal(toFile(join(folder, 'none'), '--team', 'team_none').status, 1);
  assert.ok(!existsSync(join(folder, 'none')));
  assert.match(toFile(join(folder, 'missing', 'x'), '--team', team).stderr, /cannot write .*: No such file or directory/);
  assert.match(runBinary(['audit', 'export', ...place]).stderr, /--to FOLDER, or --jsonl FILE/);
});

test('a hundred megabytes are sent with little memory, each record once, while records get their positions', { skip: Boolean(gateway.database) }, async (t) => {
  const large = await startGateway(t);
  const { id } = (await large.must('GET', '/team')).result[0];
  await large.stop();
  const database = new DatabaseSync(join(large.data, 'tollgate.db'));
  const add = database.prepare(`INSERT INTO audit_records (id, team_id, recorded_at, position, kind, actor, server_id, tool, decision,
    rule, object_id, request_id, receipt_id, entry) VALUES (?, ?, ?, NULL, 'call', '', '', '', 'allowed', '', '', '', '', ?)`);
  database.exec('BEGIN');
  const count = 20_000;
  for (let i = 0; i < count; ++i)
    add.run(`aud_${String(i).padStart(6, '0')}`, id, 1_700_000_000_000 + i, JSON.stringify({ record: i, text: 'x'.repeat(5000) }));
  database.exec('COMMIT');
  database.close();
  await large.start();
  const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${large.pid}/status`, 'utf8'))[1]) * 1024;
  // While the gateway puts them in order: each once.
  const early = await fetch(`${large.adminBase}/audit/export?kind=call`, { headers: { authorization: `Bearer ${large.apiKey}` } });
  let bytes = 0;
  let lines = 0;
  const seen = new Set();
  let rest = '';
  const decoder = new TextDecoder();
  for await (const part of early.body) {
    bytes += part.length;
    const pieces = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = pieces.pop();
    for (const line of pieces) {
      ++lines;
      seen.add(JSON.parse(line).record);
    }
  }
  assert.equal(lines, count);
  assert.equal(seen.size, count);
  assert.ok(bytes > 100e6);
  // The address sanitizer keeps what was freed for a while.
  const most = process.env.TOLLGATE_BINARY?.includes('asan') ? 900e6 : 200e6;
  assert.ok(peak() < most, `${peak()} bytes`);
});
