// A clock that is wrong: measured against Stripe's answers, the database and Redis, and told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clock } from '../support/clock.mjs';
import { scratch, startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call } from '../support/mcp.mjs';
import { sharedPostgres } from '../support/postgres.mjs';
import { parseMetrics, sample } from '../support/prometheus.mjs';
import { startRedis } from '../support/redis.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

// Nothing if it was not measured.
async function offset(gateway, source) {
  const text = await gateway.metrics();
  if (text.includes(`tollgate_clock_offset_seconds{source="${source}"}`)) return sample(parseMetrics(text), 'tollgate_clock_offset_seconds', { source });
}
const readiness = async (gateway) => (await request(`${gateway.base}/readyz`)).body;

// A gateway whose Stripe's clock is `seconds` ahead of ours, after one call.
async function after(t, seconds, headers = { date: new Date(Date.now() + seconds * 1000).toUTCString() }) {
  const upstream = await startUpstream(t, (asked, response) => json(response, 200, { object: 'list', data: [], has_more: false, url: '/v1/charges' }, headers));
  const gateway = await startGateway(t, upstreamSettings(upstream));
  const { url } = await gateway.mint();
  assert.equal(await offset(gateway, 'stripe'), undefined, 'not measured yet');
  await call(url, 'list_all_stripe_charges', { limit: 1 });
  return gateway;
}

for (const [seconds, word] of [[120, 'off'], [-40, 'off'], [20, 'ok'], [0, 'ok']])
  test(`Stripe's clock is ${seconds} s ahead: ${word}`, async (t) => {
    const gateway = await after(t, seconds);
    const measured = await offset(gateway, 'stripe');
    assert.ok(Math.abs(measured + seconds) < 5, String(measured));
    const said = await readiness(gateway);
    assert.deepEqual([said.status, said.clock], ['ready', word]);
  });

test('an answer without a date, or with a broken one, measures nothing', async (t) => {
  const gateway = await after(t, 0, { date: 'yesterday' });
  assert.equal(await offset(gateway, 'stripe'), undefined);
  assert.equal((await readiness(gateway)).clock, 'ok');
});

test('an answer that took more than five seconds measures nothing', async (t) => {
  const upstream = await startUpstream(t, (asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json', date: new Date().toUTCString() });
    response.write('{"object":"list","data":[],');
    setTimeout(() => response.end('"has_more":false,"url":"/v1/charges"}'), 5_500);
  });
  const gateway = await startGateway(t, upstreamSettings(upstream));
  const { url } = await gateway.mint();
  assert.equal((await call(url, 'list_all_stripe_charges', { limit: 1 })).isError, false);
  assert.equal(await offset(gateway, 'stripe'), undefined);
});

test('a gateway whose machine has a wrong clock says so at its start, by PostgreSQL and by Redis', async (t) => {
  const clock = new Clock(scratch());
  if (!clock.preloaded) return t.skip('libfaketime is not installed');
  clock.write(90_000);
  const settings = { 'data.url': await (await sharedPostgres()).database(), 'redis.url': (await startRedis(t)).url };
  const gateway = await startGateway(t, settings, clock.environment());
  for (const source of ['database', 'redis']) {
    const measured = await until(source, () => offset(gateway, source));
    assert.ok(Math.abs(measured - 90) < 5, `${source}: ${measured}`);
  }
  assert.equal((await readiness(gateway)).clock, 'off');
  const line = await until('the log', () => gateway.log.split('\n').find((one) => one.includes('"clock_off"')));
  assert.match(line, /"seconds_ahead":(89|90|91)/);
});
