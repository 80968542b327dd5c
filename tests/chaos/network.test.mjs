// A broken network between the gateway and PostgreSQL, Redis and the upstream: the class of the error that a caller gets,
// how long it takes, what is left behind, and how soon all is well again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { startFaultProxy } from '../support/fault_proxy.mjs';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { startRedis } from '../support/redis.mjs';
import { until } from '../support/wait.mjs';

const scope = { after };
const postgres = await startPostgres(scope);
const redis = await startRedis(scope);
const sandbox = await startGateway(scope, {}, {}, 'sandbox');
const network = {
  postgres: await startFaultProxy(scope, postgres.port),
  redis: await startFaultProxy(scope, redis.port),
  upstream: await startFaultProxy(scope, Number(sandbox.ports.sandbox.split(':').pop())),
};
const storeTimeout = 500;
const leaseMs = 1200;
const redisTimeout = 300;
const upstreamTimeout = 700;
const slack = 800; // of a busy machine
const database = new URL(await postgres.database());
database.port = network.postgres.port;
const gateway = await startGateway(scope, {
  'data.url': database.href, 'data.answer_timeout': storeTimeout,
  'redis.url': `redis://127.0.0.1:${network.redis.port}`, 'redis.command_timeout': redisTimeout,
  'redis.connect_timeout': 500, 'sandbox.enabled': false, 'stripe.api_base': `http://127.0.0.1:${network.upstream.port}`,
  'stripe.test_upstream_host': '127.0.0.1', 'stripe.answer_timeout': upstreamTimeout, 'stripe.connect_timeout': 500,
  'limits.calls_per_account': '100000/1s', 'server.loops': 2 });
const server = await gateway.mint();
const servers = `/integrated-account/${server.account}/mcp`;
let count = 0;

async function timed(promise) {
  const began = performance.now();
  return { ...await promise, ms: performance.now() - began };
}
const ping = () => timed(legacy(server.url, 'ping'));
const look = () => timed(gateway.admin('GET', servers));
const make = (name = `made-${++count}`) =>
  timed(gateway.admin('POST', servers, { name }).then((done) => ({ ...done, name })));
const read = () => timed(call(server.url, 'list_all_stripe_charges'));
const write = (email = `${++count}@chaos.example`) =>
  timed(call(server.url, 'create_a_stripe_customer', { email }).then((done) => ({ ...done, email })));

// Heals `proxy` and says how long it takes until `check` is true.
async function recovery(t, proxy, check, ms) {
  const began = performance.now();
  await proxy.set({});
  await until('recovery', check, ms + 15_000);
  const took = performance.now() - began;
  t.diagnostic(`well again after ${Math.round(took)} ms`);
  assert.ok(took <= ms, `recovery took ${took} ms`);
}

// A test of a part for each entry of `table`.
function eachOf(table, part) {
  return async (whole) => {
    for (const [what, entry] of Object.entries(table)) await whole.test(what, (t) => part(t, entry, what));
  };
}

const storeIsBack = async () => (await Promise.all([ping(), look()])).every((done) => done.status === 200);
const redisIs = async (state) => new RegExp(`^tollgate_redis_available ${state}`, 'm').test(await gateway.metrics());

// --- PostgreSQL

// Names of the MCP servers in the records.
async function made() {
  const names = [];
  for (let cursor = ''; cursor !== undefined;) {
    const page = await gateway.must('GET', `${servers}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    names.push(...page.result.map((one) => one.name));
    cursor = page.next_cursor ?? undefined;
  }
  return new Set(names);
}

function checkRefusal(done, codes) {
  assert.equal(done.status, 503, done.text);
  assert.ok(codes.includes(done.body.code), done.text);
  assert.ok(Number(done.headers['retry-after']) >= 1, done.text);
}

const gentle = { // [faults, ms that a request may take]
  latency: [{ latency: { ms: 30, jitter: 15 } }, 2500],
  'small slices': [{ slice: { bytes: 40, pause: 1 } }, 2500],
  'little bandwidth': [{ bandwidth: { bytesPerSecond: 60_000 } }, 2500],
};
const harsh = {
  'refused connections': { down: 'refuse' },
  'dropped connections': { down: 'drop' },
  'silence': { swallow: true },
  'answers that are lost': { swallow: 'client' },
  'resets in the middle of an answer': { reset: { after: 70 } },
  'resets in the middle of a request': { reset: { after: 30, toward: 'server' } },
  'half-closed links': { halfClose: { after: 70 } },
};

test('a slow network to PostgreSQL: everything works, later', eachOf(gentle, async (t, [faults, ms]) => {
  await network.postgres.set(faults);
  const done = await Promise.all([ping(), look(), make(), ping(), look(), make()]);
  await network.postgres.set({});
  assert.deepEqual(done.map((one) => one.status), [200, 200, 201, 200, 200, 201], done.map((one) => one.text).join());
  for (const one of done) assert.ok(one.ms < ms, `${one.ms} ms`);
}));

test('a broken network to PostgreSQL: 503 in time, then at once, and recovery', eachOf(harsh, async (t, faults) => {
  await Promise.all([ping(), look(), make()]); // connections that are open
  await network.postgres.set(faults);
  const first = await Promise.all([ping(), look(), make()]);
  await until('readiness to go', async () => (await request(gateway.base + '/readyz')).status === 503);
  // What is cached is trusted for as long as the lease on it lasts.
  await until('the lease to end', async () => (await ping()).status === 503, leaseMs + slack);
  const later = await Promise.all([ping(), look(), make()]);
  assert.equal((await request(gateway.base + '/healthz')).status, 200);
  checkRefusal(later[0], ['unavailable']);
  if (first[0].status !== 200) checkRefusal(first[0], ['unavailable']);
  for (const [, looked, wrote] of [first, later]) {
    checkRefusal(looked, ['store_unavailable']);
    checkRefusal(wrote, ['audit_unavailable', 'store_unavailable', 'store_unconfirmed']);
  }
  t.diagnostic(`first ${first.map((one) => Math.round(one.ms))} ms, then ${later.map((one) => Math.round(one.ms))} ms`);
  // A write is tried on two connections, and may come behind one of the instance's own that is, too.
  const most = storeTimeout + 2000;
  for (const [i, one] of first.entries()) assert.ok(one.ms < most * (i === 2 ? 4 : 1) + slack, `first: ${one.ms} ms`);
  for (const one of later) assert.ok(one.ms < slack, `then: ${one.ms} ms`);
  await recovery(t, network.postgres, storeIsBack, 2500);
  const names = await made();
  for (const { body, name } of [first[2], later[2]])
    if (body.code !== 'store_unconfirmed') assert.ok(!names.has(name), 'refused, and it was made');
}));

test('links to PostgreSQL that die while nobody uses them cost no request', async () => {
  for (const die of [() => network.postgres.resetAll(), () => network.postgres.halfCloseAll('client')]) {
    await Promise.all([ping(), look(), make()]);
    die();
    const done = await Promise.all([ping(), look(), make()]);
    assert.deepEqual(done.map((one) => one.status), [200, 200, 201], done.map((one) => one.text).join());
  }
});

const cuts = { // [what the link breaks before, of which direction, what the caller is told, whether it was made]
  'the transaction\'s begin': ['BEGIN', 'server', 'store_unavailable', false],
  'the answer to it': ['BEGIN', 'client', 'store_unavailable', false],
  'the answer to a change': ['INSERT 0', 'client', 'store_unavailable', false],
  'the commit': ['COMMIT', 'server', 'store_unconfirmed', false],
  'the answer to the commit': ['COMMIT', 'client', 'store_unconfirmed', true],
};
test('a link to PostgreSQL that breaks at any point of a write: never a wrong word about it',
  eachOf(cuts, async (t, [at, toward, code, wasMade]) => {
    // The first transaction of a change is that of its audit record, the second one is its own.
    for (const [skip, expected, isMade] of [[0, 'audit_unavailable', false], [1, code, wasMade]]) {
      // Transactions of others count, too: so often until the link broke where it should.
      await until(`${expected} after ${skip}`, async () => {
        await network.postgres.set({ reset: { at, toward, skip } });
        const one = await make();
        await network.postgres.set({});
        await until('the store', storeIsBack);
        assert.ok(one.ms < slack, `${one.ms} ms`);
        const names = await made();
        if (one.status === 201 || one.body.code !== expected) {
          if (one.status !== 201 && one.body.code !== 'store_unconfirmed') assert.ok(!names.has(one.name), one.name);
          return false;
        }
        checkRefusal(one, [expected]);
        assert.equal(names.has(one.name), isMade, one.name);
        return true;
      }, 30_000);
    }
  }));

// --- Redis

test('a slow network to Redis: calls go on', eachOf(gentle, async (t, [faults]) => {
  await until('Redis', () => redisIs(1));
  await network.redis.set(faults);
  const done = await Promise.all([read(), read(), read(), read()]);
  await network.redis.set({});
  for (const one of done) {
    assert.equal(one.isError, false, JSON.stringify(one.value));
    assert.ok(one.ms < redisTimeout + slack, `${one.ms} ms`);
  }
}));

test('a broken network to Redis: calls go on without it, and it is found again', eachOf(harsh, async (t, faults) => {
  await until('Redis', () => redisIs(1));
  await network.redis.set(faults);
  const first = await Promise.all([read(), read(), read(), read()]);
  await until('the gauge', () => redisIs(0));
  const later = await Promise.all([read(), read(), read(), read()]);
  for (const one of [...first, ...later]) assert.equal(one.isError, false, JSON.stringify(one.value));
  for (const one of first) assert.ok(one.ms < redisTimeout + slack, `first: ${one.ms} ms`);
  for (const one of later) assert.ok(one.ms < slack, `then: ${one.ms} ms`);
  assert.equal((await request(gateway.base + '/readyz')).status, 200);
  await recovery(t, network.redis, () => redisIs(1), 6000);
}));

// --- the upstream

async function customers(email) {
  const done = await call(server.url, 'list_all_stripe_customers', { email });
  assert.equal(done.isError, false, JSON.stringify(done.value));
  return done.value.data.length;
}

const upstreamGentle = { ...gentle, 'small slices': [{ slice: { bytes: 400, pause: 1 } }] };
test('a slow network to the upstream: calls work', eachOf(upstreamGentle, async (t, [faults]) => {
  await network.upstream.set(faults);
  const done = await Promise.all([read(), write()]);
  await network.upstream.set({});
  for (const one of done) assert.equal(one.isError, false, JSON.stringify(one.value));
}));

test('a broken network to the upstream: a write says what is known of it, and its key finds out',
  eachOf(harsh, async (t, faults, what) => {
    await read(); // a kept connection
    await network.upstream.set(faults);
    const [reads, writes] = await Promise.all([Promise.all([read(), read()]), Promise.all([write(), write(), write()])]);
    await recovery(t, network.upstream, async () => !(await read()).isError, 2000);
    for (const one of [...reads, ...writes]) {
      assert.equal(one.isError, true);
      const { error } = one.value;
      assert.equal(error.source, 'tollgate');
      assert.equal(error.type, 'upstream_failure');
      assert.ok(['not_sent', 'outcome_unknown'].includes(error.code), error.code);
      if (what === 'refused connections') assert.equal(error.code, 'not_sent');
      if (/silence|lost|middle of an answer/.test(what)) assert.equal(error.code, 'outcome_unknown');
      assert.ok(one.ms < upstreamTimeout + slack, `${one.ms} ms`);
    }
    t.diagnostic(`writes: ${writes.map((one) => one.value.error.code)}`);
    for (const { email, value: { error } } of writes) {
      const before = await customers(email);
      assert.ok(before <= (error.code === 'not_sent' ? 0 : 1), `${error.code}, and ${before} were made`);
      if (what === 'answers that are lost') assert.equal(before, 1, 'the request did not arrive: the test proves nothing');
      if (error.code === 'not_sent') continue;
      const again = await call(server.url, 'create_a_stripe_customer', { email }, { operationKey: error.operation_key });
      assert.equal(again.isError, false, JSON.stringify(again.value));
      assert.equal(await customers(email), 1, 'the same key made another one');
    }
  }));

// --- nothing is left behind

function memoryKb() {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))[1]);
}

test('sixty broken links later there are no more descriptors and no more memory', async (t) => {
  const burst = () => Promise.allSettled([...Array(6)].flatMap(() => [ping(), look(), make(), read(), write()]));
  const rounds = async (n) => {
    for (let i = 0; i < n; ++i) {
      const faults = Object.values(harsh)[[0, 1, 4, 5, 6][i % 5]];
      for (const proxy of Object.values(network)) await proxy.set(faults);
      await burst();
      for (const proxy of Object.values(network)) await proxy.set({});
      await until('the store', storeIsBack);
      await burst();
    }
    await until('Redis', () => redisIs(1));
  };
  const state = () => ({ fds: gateway.fds(), kb: memoryKb(),
    links: Object.values(network).reduce((sum, proxy) => sum + proxy.accepted, 0) });
  await rounds(4);
  const before = state();
  await rounds(5);
  await until('descriptors', () => gateway.fds() <= before.fds + 4, 5000).catch(() => {});
  const later = state();
  t.diagnostic(`${JSON.stringify(before)} -> ${JSON.stringify(later)}`);
  assert.ok(later.links - before.links > 60, 'too few links were broken');
  assert.ok(later.fds <= before.fds + 4, `${before.fds} descriptors became ${later.fds}`);
  assert.ok(later.kb <= before.kb + 8192, `${before.kb} kB became ${later.kb} kB`);
});
