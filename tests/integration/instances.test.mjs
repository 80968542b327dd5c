// Several gateways on one PostgreSQL, with and without Redis: what one changes is in force on all when it is acknowledged.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { call, legacy, post } from '../support/mcp.mjs';
import { oneMore, twoInstances } from '../support/instances.mjs';
import { parseMetrics, sample } from '../support/prometheus.mjs';
import { startRedis } from '../support/redis.mjs';
import { slowPages, totals } from '../support/streams.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, sleep, until, within } from '../support/wait.mjs';

const gauge = async (gateway, name, labels = {}) => sample(parseMetrics(await gateway.metrics()), name, labels);
const joined = (one, count) => until(`${count} instances`, async () => await gauge(one, 'tollgate_instances') === count, 10_000);
const status = async (gateway, server) => (await legacy(gateway.base + server.path, 'ping')).status;
const revoke = (gateway, server) =>
  gateway.must('DELETE', `/integrated-account/${server.account}/mcp/${server.id}`);

// Two instances with a Redis, and a Stripe whose lists have no end.
async function twoWithSlowPages(scope) {
  const redis = await startRedis(scope);
  const upstream = await startUpstream(scope);
  upstream.script = slowPages();
  const { one, two } = await twoInstances(scope, { 'redis.url': redis.url, ...upstreamSettings(upstream) });
  await joined(one, 2);
  return { one, two, upstream };
}

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

test('with Redis a revoke is everywhere in milliseconds, and ends streams on other instances', async (t) => {
  const { one, two, upstream } = await twoWithSlowPages(t);
  const server = await one.mint({ config: { listing: 'full' } });
  const running = totals(two.base + server.path);
  await until('a first page', () => upstream.requests.length > 1);
  const took = [await timed(() => revoke(one, server))];
  const { events } = await within(3_000, 'the end of the stream', running);
  assert.match(JSON.parse(events.at(-1).result.content[0].text).notes[0], /no longer valid/);
  for (let i = 0; i < 20; ++i) {
    const next = await one.mint({ account: server.account, name: `s${i}` });
    assert.equal(await status(two, next), 200);
    assert.equal(await status(two, next), 200); // from its cache
    took.push(await timed(() => revoke(one, next)));
    assert.equal(await status(two, next), 404, `revoke ${i} was not everywhere`);
  }
  took.sort((a, b) => a - b);
  t.diagnostic(`revoke acknowledged: p50 ${took[10].toFixed(1)} ms, max ${took.at(-1).toFixed(1)} ms`);
  assert.ok(took[10] < allowed(250), `${took[10]} ms`);
  assert.equal(await gauge(one, 'tollgate_change_everywhere_seconds_count', { by: 'answers' }), 21);
  assert.equal(await gauge(one, 'tollgate_change_everywhere_seconds_count', { by: 'lease' }), 0);
  assert.equal(await gauge(one, 'tollgate_caches_trusted'), 1);
});

test('an instance that is paused delays a revoke by its lease, and accepts nothing when it goes on', async (t) => {
  const redis = await startRedis(t);
  const { one, two } = await twoInstances(t, { 'redis.url': redis.url });
  await joined(one, 2);
  const server = await one.mint();
  const before = await legacy(two.base + server.path, 'ping');
  assert.equal(before.status, 200, before.text);
  await two.pause();
  const late = legacy(two.base + server.path, 'ping'); // arrives while nobody reads
  const took = await timed(() => revoke(one, server));
  t.diagnostic(`revoke acknowledged with a paused instance: ${took.toFixed(0)} ms`);
  assert.ok(took < allowed(2_000), `${took} ms`);
  const after = legacy(two.base + server.path, 'ping');
  two.resume();
  assert.equal((await after).status, 404, (await after).text);
  const { status: begun, text } = await late;
  assert.ok([200, 404].includes(begun), `${begun} ${text}`); // it began before the revoke was acknowledged
  assert.equal(await gauge(one, 'tollgate_change_everywhere_seconds_count', { by: 'lease' }), 1);
});

// Stops `gateway` in the middle of a transaction that has counted a change, as a virtual machine that is moved may be.
// false: it never was in one when it was stopped.
async function pausedInATransaction(gateway, url, busy) {
  const waiting = `SELECT count(*) FROM pg_stat_activity a WHERE state = 'idle in transaction' AND EXISTS (SELECT 1 FROM pg_locks l
    WHERE l.pid = a.pid AND l.relation = 'change_counter'::regclass AND l.mode = 'RowExclusiveLock')`;
  for (let i = 0; i < 200; ++i) {
    const work = busy(i);
    await sleep(i % 7);
    await gateway.pause();
    const found = spawnSync('psql', [url, '-Atc', waiting], { encoding: 'utf8' });
    assert.equal(found.status, 0, found.stderr);
    if (found.stdout.trim() !== '0') return true;
    gateway.resume();
    await work;
  }
  return false;
}

test('an instance that is paused in the middle of a transaction delays a revoke by a second more', async (t) => {
  const { one, two, settings } = await twoInstances(t);
  await joined(one, 2);
  const server = await one.mint();
  const other = await one.mint({ account: server.account });
  const busy = (i) => two.admin('POST', `/integrated-account/${server.account}/mcp/${other.id}/${i % 2 ? 'resume' : 'suspend'}`,
    { reason: 'busy' }).catch(() => {});
  assert.ok(await pausedInATransaction(two, settings['data.url'], busy));
  const took = await timed(() => revoke(one, server));
  two.resume();
  t.diagnostic(`revoke acknowledged: ${took.toFixed(0)} ms`);
  assert.ok(took < allowed(3_000), `${took} ms`);
  assert.equal(await status(two, server), 404);
});

test('one call at one instance revokes every server of a team at all, and ends their streams', async (t) => {
  const { one, two } = await twoWithSlowPages(t);
  const servers = [await one.mint({ config: { listing: 'full' } })];
  for (let i = 0; i < 4; ++i) servers.push(await one.mint({ account: i % 2 ? servers[0].account : undefined, config: { listing: 'full' } }));
  const running = servers.map((server) => totals(two.base + server.path));
  await within(10_000, 'the streams', Promise.all(running.map((stream) => stream.begun)));
  assert.deepEqual(await one.revokeAll('/team/revoke'), { revoked: servers.length });
  for (const server of servers) assert.equal(await status(two, server), 404);
  for (const stream of running) {
    const { events } = await within(3_000, 'the end of a stream', stream);
    assert.match(JSON.parse(events.at(-1).result.content[0].text).notes[0], /no longer valid/);
  }
  await two.pause();
  const took = await timed(() => one.must('POST', '/team/revoke', { reason: 'test', expect: 0 }));
  two.resume();
  assert.ok(took < allowed(2_500), `${took} ms with a paused instance`);
});

test('without Redis a revoke is everywhere too, a little later', async (t) => {
  const { one, two } = await twoInstances(t);
  await joined(one, 2);
  const account = (await one.connect()).id;
  for (let i = 0; i < 3; ++i) {
    const server = await one.mint({ account, name: `s${i}` });
    assert.equal(await status(two, server), 200);
    const took = await timed(() => revoke(one, server));
    assert.equal(await status(two, server), 404);
    assert.ok(took < allowed(2_000), `${took} ms`);
  }
});

test('an instance finds in Redis what another one looked up; nothing that Redis brings back is believed', async (t) => {
  const redis = await startRedis(t);
  const { one, two, settings } = await twoInstances(t, { 'redis.url': redis.url, 'server.loops': 1 });
  await joined(one, 2);
  const found = (gateway) => gauge(gateway, 'tollgate_token_entries_total', { outcome: 'found' });
  const server = await one.mint();
  assert.equal(await status(one, server), 200);
  assert.equal(await status(two, server), 200);
  assert.equal(await found(two), 1);
  const cli = (...words) => spawnSync('redis-cli', ['-p', String(redis.port), ...words], { encoding: 'utf8' }).stdout.trim();
  const key = cli('KEYS', '*tok:*');
  const left = Number(cli('PTTL', key));
  assert.ok(left > 0 && left <= 600_000, `${left}`);
  cli('COPY', key, 'kept');
  await revoke(one, server);
  await until('the entry to go', () => cli('EXISTS', key) === '0');
  cli('COPY', 'kept', key);
  const third = await oneMore(t, one, settings);
  for (const gateway of [one, two, third]) assert.equal(await status(gateway, server), 404);
  cli('FLUSHALL');
  const next = await one.mint({ account: server.account });
  for (const gateway of [one, two, third]) assert.equal(await status(gateway, next), 200);
});

test('while Redis is away tokens are found in the database, and changes still hold everywhere', async (t) => {
  const redis = await startRedis(t);
  const { one, two } = await twoInstances(t, { 'redis.url': redis.url, 'redis.command_timeout': 200 });
  await joined(one, 2);
  const account = (await one.connect()).id;
  redis.pause();
  const first = await one.mint({ account });
  assert.equal(await status(two, first), 200);
  assert.ok(await timed(() => revoke(one, first)) < 2_500);
  assert.equal(await status(two, first), 404);
  redis.resume();
  await redis.kill();
  const second = await one.mint({ account });
  assert.equal(await status(two, second), 200);
  await revoke(one, second);
  assert.equal(await status(two, second), 404);
  const ready = await two.admin('GET', '/readyz');
  assert.equal(ready.status, 200);
  assert.deepEqual(ready.body, { status: 'ready', caches: 'ok', redis: 'away', clock: 'ok', audit: 'ok' });
});

test('a cancellation ends its call on whichever instance it runs', async (t) => {
  const { one, two, upstream } = await twoWithSlowPages(t);
  const server = await one.mint({ config: { listing: 'full' } });
  const running = totals(two.base + server.path);
  await until('a first page', () => upstream.requests.length > 1);
  const sent = await post(one.base + server.path,
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
  assert.equal(sent.status, 202);
  await within(3_000, 'the end of the call', running);
  assert.ok(upstream.requests.length < 20);
});

// The caller's own key is what makes a repeat safe: nobody has to know whether the first one arrived.
test('a write whose instance was killed is repeated elsewhere under its key, and is one request to Stripe', async (t) => {
  const upstream = await startUpstream(t);
  const { one, two } = await twoInstances(t, upstreamSettings(upstream));
  const server = await one.mint();
  const ask = { email: 'a@example.com' };
  const once = { operationKey: 'order-77-customer' };
  upstream.script = () => {}; // Stripe has it, and its answer never comes
  const lost = call(one.base + server.path, 'create_a_stripe_customer', ask, once).then(() => false, () => true);
  await until('the first request', () => upstream.requests.length === 1);
  await one.kill();
  assert.equal(await lost, true);
  upstream.script = (asked, response) => json(response, 200, { id: 'cus_1', object: 'customer' });
  const repeated = await call(two.base + server.path, 'create_a_stripe_customer', ask, once);
  assert.equal(repeated.isError, false);
  const [first, second] = upstream.requests;
  assert.equal(first.headers['idempotency-key'], 'order-77-customer');
  assert.equal(second.headers['idempotency-key'], 'order-77-customer');
  assert.equal(first.body, second.body);
  assert.equal(first.path, second.path);
});
