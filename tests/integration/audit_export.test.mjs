// `audit export` and `audit verify`: what a new user types, and what a changed log is told.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const server = await gateway.mint();
for (const name of ['Ada', 'Grace']) await call(server.url, 'create_a_stripe_customer', { name });
await call(server.url, 'list_all_stripe_customers');
const { id: team } = (await gateway.must('GET', '/team')).result[0];
const folder = scratch();

const place = gateway.database ? ['--data-directory', gateway.data, '--data-url', gateway.database] : ['--data-directory', gateway.data];
const exportTo = (to, ...more) => runBinary(['audit', 'export', '--to', to, ...place, ...more]);
const verify = (of, ...more) => runBinary(['audit', 'verify', '--export', of, ...more]);
// The newest checkpoint covers a record of that tool.
const covered = () => until('a checkpoint', async () => {
  const waiting = (await gateway.must('GET', '/audit?limit=100')).result.some((one) => one.position === null);
  return !waiting && (await gateway.admin('GET', `/audit/log/${team}/checkpoint`)).status === 200;
}, 20_000);

test('a log is exported while the gateway runs, and verified without it', async () => {
  await covered();
  const to = join(folder, 'first');
  const done = exportTo(to, '--team', team);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /^Wrote \d+ entries of the log tollgate-\w{12}\/audit\/team_\w+ to /);
  assert.match(done.stdout, /Verify it with: tollgate audit verify --export /);
  for (const name of ['checkpoint', 'key']) assert.ok(existsSync(join(to, name)), name);
  const fine = verify(to);
  assert.equal(fine.status, 0, fine.stderr);
  assert.match(fine.stdout, /is intact: \d+ entries[^]*None of them is anchored/);
  const json = JSON.parse(verify(to, '--json').stdout);
  assert.deepEqual(Object.keys(json), ['origin', 'entries', 'kept_from', 'anchored', 'anchors_left_out']);
  assert.deepEqual([json.anchored, json.kept_from], [0, 0]);
  const again = exportTo(to, '--team', team);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /exists already: name a folder that does not/);
});

test('an anchor that was kept elsewhere says which entries it covers', async () => {
  const first = join(folder, 'first');
  const anchor = join(folder, 'anchor');
  copyFileSync(join(first, 'checkpoint'), anchor);
  const before = readFileSync(anchor, 'utf8');
  await call(server.url, 'create_a_stripe_customer', { name: 'Later' });
  await until('another checkpoint', async () =>
    (await gateway.admin('GET', `/audit/log/${team}/checkpoint`)).text !== before, 20_000);
  const second = join(folder, 'second');
  assert.equal(exportTo(second).status, 0);
  const fine = verify(second, '--key', join(first, 'key'), '--against-anchor', anchor);
  assert.equal(fine.status, 0, fine.stderr);
  assert.match(fine.stdout, /Entries 0 to \d+ are anchored; entries \d+ to \d+ are not/);
  // An older log than the anchor: entries are gone.
  const late = verify(first, '--against-anchor', join(second, 'checkpoint'));
  assert.equal(late.status, 3);
  assert.match(late.stderr, /an anchor covers \d+ entries, and the log has only \d+: entries were removed/);
});

test('one changed byte, a missing file and a wrong key have different messages', () => {
  const first = join(folder, 'first');
  const changed = join(folder, 'changed');
  cpSync(first, changed, { recursive: true });
  const bundle = ['tile/entries/000', ...Array.from({ length: 255 }, (_, i) => `tile/entries/000.p/${i + 1}`)]
    .map((name) => join(changed, name)).find(existsSync);
  const content = readFileSync(bundle);
  content[100] ^= 1;
  writeFileSync(bundle, content);
  const found = verify(changed);
  assert.equal(found.status, 3);
  assert.match(found.stderr, /is not intact: /);
  assert.equal(verify(join(folder, 'nowhere')).status, 1);
  assert.match(verify(join(folder, 'nowhere')).stderr, /cannot read the verifier key/);
  writeFileSync(join(folder, 'wrong'), 'no key\n');
  assert.equal(verify(first, '--key', join(folder, 'wrong')).status, 1);
});

test('an export is private, and one that fails leaves nothing behind', () => {
  assert.equal(statSync(join(folder, 'first')).mode & 0o777, 0o700);
  assert.equal(exportTo(join(folder, 'failed'), '--team', 'team_none').status, 1);
  assert.ok(!existsSync(join(folder, 'failed')));
});

// The lines of the page, with the key and the checkpoint of an export.
test('docs/audit.md: openssl verifies a checkpoint, and refuses a changed one', () => {
  const page = readFileSync(join(root, 'docs/audit.md'), 'utf8');
  const [, lines] = /```sh\n(cd audit-2026-11\n[^`]*openssl[^`]*)```/.exec(page);
  const copy = join(folder, 'audit-2026-11');
  const run = () => spawnSync('sh', ['-e', '-c', lines], { cwd: folder, encoding: 'utf8' });
  cpSync(join(folder, 'first'), copy, { recursive: true });
  const fine = run();
  assert.equal(fine.status, 0, fine.stderr);
  assert.match(fine.stdout, /Signature Verified Successfully/);
  const note = readFileSync(join(copy, 'checkpoint'), 'utf8');
  const size = note.split('\n')[1];
  for (const changed of [note.replace(`\n${size}\n`, `\n${size}0\n`), note.replace('/audit/team_', '/audit/team_x')]) {
    assert.notEqual(changed, note);
    writeFileSync(join(copy, 'checkpoint'), changed);
    assert.notEqual(run().status, 0, changed);
  }
  cpSync(join(folder, 'first/checkpoint'), join(copy, 'checkpoint'));
  const key = readFileSync(join(copy, 'key'), 'utf8');
  const at = key.indexOf('+', key.indexOf('+') + 1) + 10;
  writeFileSync(join(copy, 'key'), key.slice(0, at) + (key[at] === 'A' ? 'B' : 'A') + key.slice(at + 1));
  assert.notEqual(run().status, 0, 'another key');
});

test('for a team without a log, the error names the teams that have one', () => {
  const done = exportTo(join(folder, 'none'), '--team', 'team_none');
  assert.equal(done.status, 1);
  assert.match(done.stderr, new RegExp(`name the team whose log is meant \\(--team\\): .*${team}`));
});
