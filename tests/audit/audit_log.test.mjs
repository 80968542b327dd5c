// Logs that our code wrote, verified by Go's packages: they are intact, and every change to one is found.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildVerifier, intact } from './verifier.mjs';

const writer = process.env.AUDIT_LOG_WRITER;
assert.ok(writer, 'AUDIT_LOG_WRITER names the built program of write_log.cpp (ctest sets it)');
const work = mkdtempSync(join(tmpdir(), 'tollgate-audit-'));
after(() => rmSync(work, { recursive: true }));

const verify = buildVerifier(work);

// A new log of `count` entries with the checkpoint of its first `older` ones. The word is in the entries.
function log(name, count, older, word = 'word') {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  execFileSync(writer, [folder, String(count), String(older), word]);
  return folder;
}

function assertIntact(folder, count) {
  assert.deepEqual(verify(folder), intact(count));
}

function assertFound(folder, change) {
  const { status, sentence } = verify(folder);
  assert.equal(status, 1, `not found: ${change}: ${sentence}`);
  assert.match(sentence, /^The log is not intact: ./);
}

// The same numbers in each run (mulberry32): below(n) is one of 0 to n - 1.
let state = 20260107;
function below(n) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % n;
}
const oneOf = (list) => list[below(list.length)];

function filesOf(folder) {
  return readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile()).sort();
}
const bundlesOf = (folder) => filesOf(folder).filter((name) => name.startsWith('tile/entries/'));

function entriesOf(bundle) {
  const entries = [];
  for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
    entries.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)));
  return entries;
}
const bundleOf = (entries) => Buffer.concat(entries.flatMap((entry) => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(entry.length);
  return [length, entry];
}));

function edit(folder, name, change) {
  const path = join(folder, name);
  const before = readFileSync(path);
  const edited = change(before);
  assert.notDeepEqual(edited, before, `${name} was not changed`);
  writeFileSync(path, edited);
  return name;
}

// Changes the entries of one bundle, with a form that is still right.
function editEntries(folder, change) {
  return edit(folder, oneOf(bundlesOf(folder)), (bundle) => {
    const entries = entriesOf(bundle);
    change(entries, below(entries.length));
    return bundleOf(entries);
  });
}

// Replaces what the expression finds in a checkpoint; the signature stays.
function editCheckpoint(folder, expression, replacement) {
  return edit(folder, 'checkpoint', (text) => Buffer.from(text.toString().replace(expression, replacement)));
}

const mutations = {
  'a flipped bit in any file': (folder) => edit(folder, oneOf(filesOf(folder)), (content) => {
    const flipped = Buffer.from(content);
    flipped[below(flipped.length)] ^= 1 << below(8);
    return flipped;
  }),
  'a flipped bit in an entry': (folder) => editEntries(folder, (entries, at) => {
    const entry = Buffer.concat([entries[at], entries[at].length ? Buffer.alloc(0) : Buffer.from('x')]);
    entry[below(entry.length)] ^= 1 << below(8);
    entries[at] = entry;
  }),
  'a dropped entry': (folder) => editEntries(folder, (entries, at) => { entries.splice(at, 1); }),
  'an inserted entry': (folder) => editEntries(folder, (entries, at) => { entries.splice(at, 0, Buffer.from('new')); }),
  'a replaced entry': (folder) => editEntries(folder, (entries, at) => { entries[at] = Buffer.from('new'); }),
  'two swapped entries': (folder) => editEntries(folder, (entries, at) => {
    const other = (at + 1 + below(entries.length - 1)) % entries.length;
    [entries[at], entries[other]] = [entries[other], entries[at]];
  }),
  'a moved entry': (folder) => editEntries(folder, (entries, at) => {
    const [entry] = entries.splice(at, 1);
    entries.splice((at + 1 + below(entries.length - 1)) % (entries.length + 1), 0, entry);
  }),
  'a truncated file': (folder) => edit(folder, oneOf(filesOf(folder).filter((name) => name !== 'key')), (content) =>
    content.subarray(0, below(content.length))),
  'a longer file': (folder) => edit(folder, oneOf(filesOf(folder)), (content) =>
    Buffer.concat([content, Buffer.from([below(256), below(256)])])),
  'a missing file': (folder) => {
    const name = oneOf(filesOf(folder).filter((file) => file !== 'checkpoint.older'));
    rmSync(join(folder, name));
    return name;
  },
  'another size in the checkpoint': (folder) =>
    editCheckpoint(folder, /\n\d+\n/, (line) => `\n${Number(line) + oneOf([-1, 1, -300, 300])}\n`),
  'a respelt size in the checkpoint': (folder) => editCheckpoint(folder, /\n(\d+)\n/, oneOf(['\n0$1\n', '\n+$1\n', '\n$1 \n'])),
  'another root in the checkpoint': (folder) =>
    editCheckpoint(folder, /\n[^\n]{43}=\n/, () => `\n${Buffer.from(Array.from({ length: 32 }, () => below(256))).toString('base64')}\n`),
  'another origin in the checkpoint': (folder) => editCheckpoint(folder, /^[^\n]+/, 'gateway.example/other'),
  'an added line in the checkpoint': (folder) => editCheckpoint(folder, '\n\n', '\nmore\n\n'),
};

test('audit log: Go verifies logs of one entry up to three bundles', () => {
  for (const [count, older] of [[1, 0], [1, 1], [2, 1], [7, 4], [255, 1], [256, 255], [257, 256], [511, 100], [512, 256], [700, 513]])
    assertIntact(log('log', count, older), count);
});

test('audit log: Go finds each of 300 random changes to a log', () => {
  const whole = log('whole', 300, 130);
  assertIntact(whole, 300);
  const changed = join(work, 'changed');
  let found = 0;
  for (let round = 0; round < 20; ++round) {
    for (const [change, mutate] of Object.entries(mutations)) {
      cpSync(whole, changed, { recursive: true });
      const name = mutate(changed);
      assertFound(changed, `${change} (${name}), round ${round}`);
      rmSync(changed, { recursive: true });
      ++found;
    }
  }
  assert.equal(found, 300);
});

test('audit log: logs that the right key signed, but that do not extend the older checkpoint, are found', () => {
  const whole = log('whole', 300, 130);
  const keepOlder = (folder) => cpSync(join(whole, 'checkpoint.older'), join(folder, 'checkpoint.older'));
  const rewritten = log('rewritten', 300, 130, 'other');
  assertIntact(rewritten, 300);
  keepOlder(rewritten);
  assertFound(rewritten, 'rewritten entries');
  const shorter = log('shorter', 129, 0);
  keepOlder(shorter);
  assertFound(shorter, 'a removed tail');
  const same = log('same', 130, 0);
  keepOlder(same);
  assertIntact(same, 130);
  const sameSize = log('same-size', 130, 0, 'other');
  keepOlder(sameSize);
  assertFound(sameSize, 'a rewritten log of the same size');
});
