// Somebody who can write to Redis: whatever stands there, nobody is let in who was not, nobody gets another's account,
// and calls go on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { oneMore, sharedKeys, twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { startRedis } from '../support/redis.mjs';
import { until } from '../support/wait.mjs';

const scope = { after };
const redis = await startRedis(scope);
const { one, settings } = await twoInstances(scope, { 'redis.url': redis.url, 'limits.calls_per_server': '100000/1s' });

function cli(words, input) {
  const done = spawnSync('redis-cli', ['-p', String(redis.port), ...words], { input, encoding: 'latin1' });
  assert.equal(done.status, 0, done.stderr);
  return done.stdout;
}
const keys = (pattern) => cli(['KEYS', pattern]).split('\n').filter(Boolean);
const put = (key, bytes) => cli(['-x', 'SET', key], bytes);
const read = (key) => Buffer.from(cli(['--raw', 'GET', key]).slice(0, -1), 'latin1');

// What a client sees at `base`: the status, and which server answers.
async function seen(base, server) {
  const { status, body } = await legacy(base + server.path, 'initialize', { protocolVersion: '2025-11-25', capabilities: {},
    clientInfo: { name: 'test', version: '1' } });
  return status === 200 ? body.result.serverInfo.title : status;
}

// Values for an entry of a token: made up, cut, stretched, another's, another type.
const hostile = (entry, others) => [
  ['SET empty', (key) => put(key, '')],
  ['SET one byte', (key) => put(key, '\0')],
  ['SET random bytes', (key) => put(key, randomBytes(entry.length))],
  ['SET zeros', (key) => put(key, Buffer.alloc(entry.length))],
  ['SET a JSON grant', (key) => put(key, JSON.stringify({ team_id: 'team_x', scope: 'all', expires_at: null }))],
  ['SET the first half', (key) => put(key, entry.subarray(0, entry.length / 2))],
  ['SET itself twice', (key) => put(key, Buffer.concat([entry, entry]))],
  ['SET a megabyte', (key) => put(key, Buffer.alloc(1 << 20, 'A'))],
  ['SET another token’s', (key) => put(key, others)],
  ['a list', (key) => { cli(['DEL', key]); cli(['RPUSH', key, 'a', 'b']); }],
  ['a hash', (key) => { cli(['DEL', key]); cli(['HSET', key, 'hash', 'x']); }],
];

test('no value under a token’s key opens anything, or keeps its owner out', async () => {
  const mine = await one.mint({ name: 'Mine' });
  const other = await one.mint({ name: 'Other', account: (await one.connect({ name: 'Second' })).id });
  const ended = await one.mint({ name: 'Ended', account: mine.account });
  const titles = new Map();
  const entries = new Map();
  for (const server of [mine, other, ended]) {
    const before = new Set(keys('*tok:*'));
    titles.set(server, await seen(one.base, server));
    const key = await until('the entry', () => keys('*tok:*').find((one) => !before.has(one)));
    entries.set(server, { key, value: read(key) });
  }
  assert.notEqual(titles.get(mine), titles.get(other), 'an account is known by its title');
  await one.must('DELETE', `/integrated-account/${ended.account}/mcp/${ended.id}`);
  const attacks = hostile(entries.get(mine).value, entries.get(other).value);
  assert.equal(attacks.length, 11);
  for (const [name, attack] of attacks) {
    for (const server of [mine, ended]) attack(entries.get(server).key);
    const fresh = await oneMore(scope, one, settings); // one that has read none of them yet
    assert.equal(await seen(fresh.base, ended), 404, name);
    assert.equal(await seen(fresh.base, mine), titles.get(mine), name);
    await fresh.stop();
  }
  put(entries.get(ended).key, entries.get(ended).value);
  const last = await oneMore(scope, one, settings);
  assert.equal(await seen(last.base, ended), 404, 'what was there before it ended');
});

test('every key of Redis may be overwritten with nonsense, and calls go on', async () => {
  const server = await one.mint({ name: 'Goes on' });
  const title = await seen(one.base, server);
  assert.ok(keys('*').length > 2, 'entries, limits and instances');
  for (const value of ['', '-1', '99999999999999999999999', 'NaN', '\xff\xfe', 'x'.repeat(100_000)]) {
    for (const key of keys('*')) put(key, Buffer.from(value, 'latin1'));
    for (let i = 0; i < 3; ++i) assert.equal(await seen(one.base, server), title, JSON.stringify(value.slice(0, 20)));
  }
  for (const key of keys('*')) { cli(['DEL', key]); cli(['SADD', key, 'x']); }
  assert.equal(await seen(one.base, server), title);
});

test('what is said on the channel by others ends no URL, lets nobody in and stops nothing', async () => {
  const server = await one.mint({ name: 'Heard' });
  const ended = await one.mint({ name: 'Was ended', account: server.account });
  const title = await seen(one.base, server);
  await one.must('DELETE', `/integrated-account/${ended.account}/mcp/${ended.id}`);
  const channel = await until('the channel', () => cli(['PUBSUB', 'CHANNELS', '*']).split('\n').find(Boolean));
  const words = ['', ' ', 'changed', 'changed x', 'cancel', `cancel ${server.id} 1`, 'ended', `ended ${'0'.repeat(64)}`, 'answer',
    `answer ${server.id} ask_0 AAAA`, `answer ${server.id} ask_0 {"result":{"action":"accept"}}`, 'token_ended mcp_1', 'grant mcp_1',
    'x'.repeat(70_000), '\xff\xff\xff', 'changed \r\n\r\n', JSON.stringify({ resumed: ended.id })];
  for (const word of words) {
    cli(['-x', 'PUBLISH', channel], Buffer.from(word, 'latin1'));
    assert.equal(await seen(one.base, server), title, word.slice(0, 40));
    assert.equal(await seen(one.base, ended), 404, word.slice(0, 40));
  }
});
