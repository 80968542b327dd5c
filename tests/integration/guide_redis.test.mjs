// docs/guides/redis.md: its block against a Redis with a password, and what the page says is in Redis, and what happens without.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Machine, changed, follow, guideText, tableOf } from '../support/guide.mjs';
import { request } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';
import { startRedis } from '../support/redis.mjs';
import { EventStream } from '../support/event_stream.mjs';
import { until } from '../support/wait.mjs';

const guide = 'redis.md';

// redis-cli of a server whose default user has the guide's password.
const asker = (redis, words = []) => (...args) => execFileSync('redis-cli', ['-p', String(redis.port), ...words, ...args],
  { encoding: 'utf8', env: { PATH: process.env.PATH, REDISCLI_AUTH: 'password' } }).trim();

const ready = async (gateway) => (await request(`${gateway.base}/readyz`)).body;
const isReady = (gateway, state) => until(`redis: ${state}`, async () => (await ready(gateway)).redis === state, 30_000);
const available = async (gateway) => /^tollgate_redis_available (\d)/m.exec(await gateway.metrics())[1];
const lines = (gateway, event) => gateway.log.split('\n').filter((line) => line.includes(`"event":"${event}"`));

// What the first table says is in Redis: entries of tokens, the bus, sessions of HTTP+SSE.
async function whatItHolds(t, gateway, ask) {
  const made = await gateway.mint();
  assert.equal((await legacy(made.url, 'ping')).status, 200);
  const keys = tableOf(guide, 'with Redis', 'without').flatMap(([cell]) => [...cell.matchAll(/`(\{tollgate\}:\w+)(?::…)?`/g)].map((found) => found[1]));
  assert.deepEqual(keys, ['{tollgate}:bus', '{tollgate}:tok', '{tollgate}:sse']);
  const entries = await until('an entry', () => ask('--scan', '--pattern', '{tollgate}:tok:*').split('\n').filter(Boolean), 30_000);
  for (const entry of entries) {
    const left = Number(ask('TTL', entry));
    assert.ok(left > 0 && left <= 600, `${entry}: ${left} s`);
    assert.ok(!ask('GET', entry).includes(made.path.split('/').pop()), 'no token');
  }
  assert.ok(ask('PUBSUB', 'CHANNELS').split('\n').includes('{tollgate}:bus'));
  assert.match(ask('PUBSUB', 'NUMSUB', '{tollgate}:bus'), /\n[1-9]/);
  const stream = new EventStream(`${made.url}/sse`);
  t.after(() => stream.request.destroy());
  const { data } = await until('the endpoint', () => stream.events[0], 30_000);
  const sessions = await until('the session', () => ask('--scan', '--pattern', '{tollgate}:sse:*').split('\n').filter(Boolean), 30_000);
  const id = new URL(data, gateway.base).search.split('=').pop();
  assert.ok(sessions.every((one) => !one.includes(id)), 'a digest of the id, not the id');
  for (const name of ask('--scan').split('\n')) assert.ok(name.startsWith('{tollgate}:'), name);
  stream.request.destroy();
}

test('redis.md: the block starts a gateway; what is in Redis; Redis goes away and comes back', async (t) => {
  const redis = await startRedis(t, ['--requirepass', 'password']);
  const ask = asker(redis);
  const machine = new Machine(t);
  machine.configure();
  const here = (text) => changed(text, [['redis.internal:6379', `127.0.0.1:${redis.port}`]]);
  let gateway;
  await follow(guide, [
    ['sh', /^export REDIS_URL=.*\ntollgate serve/, async (block) => {
      gateway = await machine.serve(here(block));
      await isReady(gateway, 'ok');
      await whatItHolds(t, gateway, ask);
      assert.doesNotMatch(gateway.log, /:password@/);
    }],
  ]);

  const { url } = await gateway.mint();
  await redis.kill();
  await isReady(gateway, 'away');
  assert.equal((await request(`${gateway.base}/readyz`)).status, 200, 'an instance without it serves');
  assert.equal(await available(gateway), '0');
  await until('the reason in the log', () => lines(gateway, 'redis_lost').length + lines(gateway, 'redis_failed').length > 0, 30_000);
  assert.equal((await legacy(url, 'ping')).status, 200);
  const ups = lines(gateway, 'redis_up').length;
  await redis.start();
  await isReady(gateway, 'ok');
  assert.equal(await available(gateway), '1');
  await until('redis_up', () => lines(gateway, 'redis_up').length > ups, 30_000);
  await gateway.stop();

  const printed = await machine.terminal({ REDIS_URL: `redis://:password@127.0.0.1:${redis.port}/1`,
    TOLLGATE_REDIS_URL: `redis://127.0.0.1:${redis.port}/2` }).good('tollgate config print; unset TOLLGATE_REDIS_URL; tollgate config print');
  assert.doesNotMatch(printed, /password@/);
  assert.deepEqual([...printed.matchAll(new RegExp(`^ *url: "redis:.*${redis.port}/(\\d)"`, 'gm'))].map((found) => found[1]), ['2', '1'], 'which wins');
});

test('redis.md: a user with the rights that the page lists is enough', async (t) => {
  const redis = await startRedis(t, ['--requirepass', 'password']);
  const ask = asker(redis);
  const machine = new Machine(t);
  machine.configure();
  const [, rights, keys, ...channels] = /An ACL user needs `([^`]+)` on the keys `([^`]+)` and the channels `([^`]+)` and `([^`]+)`/.exec(guideText(guide));
  ask('ACL', 'SETUSER', 'gate', 'on', '>p%w/d', 'resetkeys', 'resetchannels', '-@all', ...rights.split(' '), `~${keys}`, ...channels.map((one) => `&${one}`));
  const start = (user, more = '') => machine.serve(`export REDIS_URL='redis://${user}@127.0.0.1:${redis.port}'\ntollgate serve --config tollgate.yaml ${more}`,
    { apiKey: machine.apiKey });
  const gateway = await start('gate:p%25w%2Fd');
  machine.apiKey = gateway.apiKey;
  await isReady(gateway, 'ok');
  await whatItHolds(t, gateway, ask);
  const { id, account, url } = await gateway.mint({ config: { rate_limit: { calls: 2, seconds: 60 } } });
  const limited = async () => (await legacy(url, 'tools/call', { name: 'list_all_stripe_charges', arguments: {} })).headers['ratelimit-remaining'];
  assert.equal(await limited(), '1');
  await gateway.must('DELETE', `/integrated-account/${account}/mcp/${id}`);
  assert.equal((await legacy(url, 'ping')).status, 404);
  assert.match(ask('ACL', 'LOG'), /^$/, 'nothing was refused');
  await gateway.stop();
  ask('FLUSHALL');
  const other = await start(':password', '--redis-prefix other');
  await isReady(other, 'ok');
  await legacy((await other.mint()).url, 'ping');
  const names = await until('its keys', () => ask('--scan').split('\n').filter(Boolean), 30_000);
  assert.ok(names.every((name) => name.startsWith('{other}:') || name.startsWith('other')), names.join(' '));
  await other.stop();
});

test('redis.md: a cluster and what is wrong end the start; a replica counts as away', async (t) => {
  const machine = new Machine(t);
  machine.configure();
  const shell = machine.terminal();
  const cluster = await startRedis(t, ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf']);
  const master = await startRedis(t);
  const serve = (address) => `export REDIS_URL='${address}'\ntollgate serve --config tollgate.yaml`;
  for (const [address, why] of [[`redis://127.0.0.1:${cluster.port}`, /[Cc]luster/], [`redis://:wrong@127.0.0.1:${master.port}`, /redis\.url/],
    [`redis://127.0.0.1:${master.port}/99`, /redis\.url/]]) {
    const told = await shell.run(serve(address));
    assert.equal(shell.status, 1, told);
    assert.match(told, /^tollgate: /m);
    assert.match(told, why);
  }
  const replica = await startRedis(t, ['--replicaof', '127.0.0.1', String(master.port)]);
  const gateway = await machine.serve(serve(`redis://127.0.0.1:${replica.port}`));
  assert.equal((await ready(gateway)).redis, 'away');
  const [{ reason }] = await until('the reason', () => { const found = lines(gateway, 'redis_failed').map((line) => JSON.parse(line)); return found.length > 0 && found; }, 30_000);
  assert.match(reason, /replica|READONLY/i);
  await gateway.stop();
});
