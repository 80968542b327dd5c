// Redis beside the records: limits that instances share, Redis away and back, TLS, sentinels, wrong addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { flagsOf, runBinary, scratch, startGateway, upstreamPort } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { startRedis, startSentinel, startTlsRedis } from '../support/redis.mjs';
import { allowed, until } from '../support/wait.mjs';

const charges = 'list_all_stripe_charges';
const narrow = { 'limits.calls_per_account': '6/600s', 'server.loops': 2 };

const up = async (gateway) => /^tollgate_redis_available 1/m.test(await gateway.metrics());
const isUp = (gateway, state = true) => until('the gauge', async () => await up(gateway) === state, 15_000);

test('instances on one database and one Redis share the limit of an account', async (t) => {
  const redis = await startRedis(t);
  const { one, two } = await twoInstances(t, { ...narrow, 'redis.url': redis.url });
  await isUp(one);
  await isUp(two);
  const server = await one.mint();
  const urls = [server.url, two.base + server.path];
  const done = await Promise.all(Array.from({ length: 20 }, (_, i) => call(urls[i % 2], charges)));
  assert.equal(done.filter((each) => !each.isError).length, 6);
  const refused = done.find((each) => each.isError);
  assert.equal(refused.value.error.code, 'account_rate');
  assert.equal(refused.headers['ratelimit-limit'], '6');
  assert.ok(Number(refused.headers['retry-after']) > 90);
});

test('while Redis is away calls go on within local limits, and it is found again', async (t) => {
  const redis = await startRedis(t);
  const gateway = await startGateway(t, { ...narrow, 'redis.url': redis.url, 'redis.command_timeout': 300 });
  await isUp(gateway);
  const server = await gateway.mint();
  assert.equal((await call(server.url, charges)).headers['ratelimit-remaining'], '5');
  redis.pause();
  const began = Date.now();
  assert.equal((await call(server.url, charges)).isError, false);
  assert.ok(Date.now() - began < allowed(3000), `${Date.now() - began} ms`);
  await isUp(gateway, false);
  redis.resume();
  await isUp(gateway);
  await redis.kill();
  await isUp(gateway, false);
  const again = Date.now();
  const done = [];
  for (let i = 0; i < 12; ++i) done.push(await call(server.url, charges));
  assert.ok(Date.now() - again < allowed(1000), 'nobody waits for a Redis that is known to be away');
  assert.ok(done.filter((each) => !each.isError).length <= 6, 'no more than the limit');
  assert.ok(done.some((each) => each.isError), 'limits hold without Redis');
  await redis.start();
  await isUp(gateway);
  assert.match(gateway.log, /"redis_lost"/);
  assert.match(gateway.log, /"redis_up"/);
});

test('a Redis that is not there yet does not stop the start', async (t) => {
  const port = await upstreamPort();
  const gateway = await startGateway(t, { 'redis.url': `redis://127.0.0.1:${port}` });
  assert.equal(await up(gateway), false);
  const server = await gateway.mint();
  assert.equal((await call(server.url, charges)).isError, false);
});

test('rediss:// checks the certificate', async (t) => {
  const directory = scratch();
  const certificate = makeCertificate(directory, 'redis');
  const stranger = makeCertificate(directory, 'stranger');
  const redis = await startTlsRedis(t, certificate);
  const url = `rediss://localhost:${redis.port}`;
  const good = await startGateway(t, { 'redis.url': url, 'redis.ca_file': certificate.certificate });
  await isUp(good);
  const bad = await startGateway(t, { 'redis.url': url, 'redis.ca_file': stranger.certificate });
  assert.equal(await up(bad), false);
  assert.match(bad.log, /certificate verify failed/);
});

test('sentinels name the new master after a failover', async (t) => {
  const master = await startRedis(t);
  await startRedis(t, ['--replicaof', '127.0.0.1', String(master.port)]);
  const sentinel = await startSentinel(t, master);
  const gateway = await startGateway(t, { ...narrow,
    'redis.url': `redis+sentinel://127.0.0.1:${sentinel.port}/main`, 'redis.command_timeout': 300 });
  await isUp(gateway);
  // the sentinel has to know of the replica before it can promote it
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await master.kill();
  await isUp(gateway, false);
  await until('the new master', () => up(gateway), 30_000);
  const server = await gateway.mint();
  assert.equal((await call(server.url, charges)).headers['ratelimit-remaining'], '5');
});

test('wrong addresses and passwords end the start, named and without the password', async (t) => {
  const redis = await startRedis(t, ['--requirepass', 's3cretword']);
  const at = `127.0.0.1:${redis.port}`;
  for (const [url, code] of [
    [`redis://:wrongword@${at}`, /redis\.url.*WRONGPASS/s], [`redis://${at}`, /redis\.url.*NOAUTH/s],
    [`redis://:s3cretword@${at}/99`, /redis\.url.*SELECT/s], ['http://cache', /redis\.url.*redis:\/\//s],
    ['redis://a,b', /redis\+sentinel/], ['redis://:s3cretword@', /a host is missing/]]) {
    const directory = scratch();
    const done = runBinary(['serve', ...flagsOf({ 'server.listen': '127.0.0.1:0', 'data.directory': directory,
      'sandbox.enabled': true })], { env: { REDIS_URL: url } });
    assert.notEqual(done.status, 0, url);
    assert.match(done.stderr, code);
    assert.doesNotMatch(done.stdout + done.stderr, /s3cretword|wrongword/);
  }
  const printed = runBinary(['config', 'print'], { env: { REDIS_URL: `redis://:s3cretword@${at}` } });
  assert.equal(printed.status, 0, printed.stderr);
  assert.doesNotMatch(printed.stdout, /s3cretword/);
});
