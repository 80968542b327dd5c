// SIGTERM: what runs finishes, nothing new is taken, and the process ends with 0.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { RawConnection, request } from '../support/http.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, until, within } from '../support/wait.mjs';

async function slowCall(t, settings = {}) {
  const upstream = await startUpstream(t);
  const gateway = await startGateway(t, { ...upstreamSettings(upstream), ...settings });
  const server = await gateway.mint();
  let waiting;
  upstream.script = (asked, response) => { waiting = response; };
  const running = call(server.url, 'create_a_stripe_customer', { name: 'Slow' });
  running.catch(() => {});
  await until('the call at the upstream', () => waiting);
  return { gateway, running, finish: () => json(waiting, 200, { id: 'cus_slow', object: 'customer' }) };
}

test('a slow upstream call finishes after SIGTERM, new connections are refused, exit code 0', async (t) => {
  const { gateway, running, finish } = await slowCall(t);
  gateway.process.kill('SIGTERM');
  await until('the listener to close', async () => {
    const raw = await RawConnection.open(gateway.port).catch(() => null);
    raw?.destroy();
    return raw === null;
  });
  assert.equal(gateway.exit, null, 'the process did not wait for the call');
  finish();
  assert.equal((await running).value.id, 'cus_slow');
  await gateway.stop();
});

test('idle keep-alive connections do not hold the drain up', async (t) => {
  const gateway = await startGateway(t);
  const idle = await Promise.all(Array.from({ length: 10 }, () => RawConnection.open(gateway.port)));
  idle[0].send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until('an answer', () => idle[0].text().includes('ok'));
  const started = Date.now();
  await gateway.stop();
  assert.ok(Date.now() - started < allowed(4000), `${Date.now() - started} ms`);
  for (const raw of idle) await raw.whole();
});

test('what does not finish within the drain deadline is cut, and the exit is clean', async (t) => {
  const { gateway, running } = await slowCall(t, { 'timeouts.drain': 500 });
  const started = Date.now();
  await gateway.stop();
  assert.ok(Date.now() - started < allowed(6000));
  await assert.rejects(running);
});

test('SIGINT drains as SIGTERM does', async (t) => {
  const gateway = await startGateway(t);
  assert.equal((await request(gateway.base + '/readyz')).status, 200);
  gateway.process.kill('SIGINT');
  const exit = await within(10_000, 'the end', gateway.ended);
  assert.deepEqual(exit, { code: 0, signal: null });
});

test('with a delay /readyz says no, everything else goes on, and then the drain begins', async (t) => {
  const gateway = await startGateway(t, { 'timeouts.drain_delay': 1500 });
  const server = await gateway.mint();
  const began = Date.now();
  gateway.process.kill('SIGTERM');
  await until('the 503', async () => (await request(gateway.base + '/readyz')).status === 503);
  assert.equal((await request(gateway.base + '/healthz')).status, 200);
  assert.equal((await call(server.url, 'list_all_stripe_charges')).isError, false);
  assert.deepEqual(await within(10_000, 'the end', gateway.ended), { code: 0, signal: null });
  assert.ok(Date.now() - began >= 1500);
});

test('a second signal leaves out the rest of the delay', async (t) => {
  const gateway = await startGateway(t, { 'timeouts.drain_delay': 60_000 });
  gateway.process.kill('SIGTERM');
  await until('the 503', async () => (await request(gateway.base + '/readyz')).status === 503);
  gateway.process.kill('SIGTERM');
  assert.deepEqual(await within(10_000, 'the end', gateway.ended), { code: 0, signal: null });
});
