// GET /event: what happens in a team, told to everybody who listens, on every instance.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EventStream } from '../support/event_stream.mjs';
import { startGateway, testKey } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { cheapPasswords, signedIn } from '../support/person.mjs';
import { allowed, until, within } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';

// A stream that was told where it begins.
async function listen(gateway, { key = gateway.apiKey, headers = {} } = {}) {
  const stream = new EventStream(`${gateway.adminBase}/event`, { headers: { ...(key && { authorization: `Bearer ${key}` }), ...headers } });
  const head = await stream.head;
  assert.equal(head.status, 200);
  assert.match(head.headers['content-type'], /^text\/event-stream/);
  await event(stream, 'ready');
  return stream;
}

const event = (stream, name, fits = () => true) =>
  until(`an event ${name}`, () => stream.events.find((one) => one.event === name && fits(JSON.parse(one.data))));

// An MCP server whose refunds need a person.
async function guarded(gateway) {
  const account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  const rule = { id: 'ask', tools: [refund], then: 'needs_approval' };
  const server = await gateway.must('POST', `/integrated-account/${account.id}/mcp`,
    { name: 'desk', config: { tools: { allow: [refund, 'list_all_stripe_charges'] }, guardrails: [rule] } });
  return { account, server };
}

async function aCharge(url) {
  const charges = (await call(url, 'list_all_stripe_charges', { limit: 20 })).value.data;
  return charges.find((one) => one.status === 'succeeded' && !one.refunded && !one.disputed);
}

test('events: a call, its approval, its receipt and the revocation of its server, ids only', async (t) => {
  const gateway = await startGateway(t);
  const { account, server } = await guarded(gateway);
  const stream = await listen(gateway);
  const charge = await aCharge(server.url);
  const active = JSON.parse((await event(stream, 'activity', (one) => one.mcp_server_id === server.id)).data);
  assert.ok(active.calls >= 1);
  const asked = await call(server.url, refund, { charge: charge.id, amount: 123 });
  const id = asked.value.approval.id;
  const created = JSON.parse((await event(stream, 'approval', (one) => one.what === 'created')).data);
  assert.deepEqual(created, { approval_id: id, what: 'created', mcp_server_id: server.id });
  await gateway.must('POST', `/approval/${id}/approve`, {});
  await event(stream, 'approval', (one) => one.approval_id === id && one.what === 'approved');
  await event(stream, 'approval', (one) => one.approval_id === id && one.what === 'executed');
  const written = JSON.parse((await event(stream, 'receipt')).data);
  assert.equal((await gateway.must('GET', `/receipt/${written.receipt_id}`)).state, written.outcome);
  await gateway.must('DELETE', `/integrated-account/${account.id}/mcp/${server.id}`);
  await event(stream, 'revocation', (one) => one.action === `DELETE /integrated-account/${account.id}/mcp/${server.id}`);
  assert.ok(!/tgm_|tgk_|rk_test|charge|ch_/.test(stream.text), stream.text);
  stream.close();
});

test('events: a stream shows its own team only; without a credential there is none', async (t) => {
  const gateway = await startGateway(t);
  const other = await gateway.must('POST', '/team', { name: 'other' });
  const theirs = await listen(gateway, { key: other.api_key.key });
  const ours = await listen(gateway);
  await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  await event(ours, 'change', (one) => one.action === 'POST /integrated-account');
  assert.deepEqual(theirs.events.map((one) => one.event), ['ready']);
  for (const authorization of [undefined, 'Bearer tgk_wrong']) {
    const answer = await gateway.admin('GET', '/event', undefined, { key: null, headers: authorization ? { authorization } : {} });
    assert.equal(answer.status, 401);
  }
  for (const one of [ours, theirs]) one.close();
});

test('events: after a reconnect, a client that missed events receives the event lagged', async (t) => {
  const gateway = await startGateway(t);
  const first = await listen(gateway);
  await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  const { id } = await event(first, 'change');
  first.close();
  const same = await listen(gateway, { headers: { 'last-event-id': id } });
  await gateway.must('POST', '/integrated-account', { name: 'Beta', credential: testKey.replace(/0$/, '1') });
  const later = await event(same, 'change');
  assert.ok(!same.events.some((one) => one.event === 'lagged'));
  same.close();
  for (const seen of [id, 'nonsense', '99999999999999999999']) {
    const behind = await listen(gateway, { headers: { 'last-event-id': seen } });
    await event(behind, 'lagged');
    behind.close();
  }
  assert.ok(Number(later.id) > Number(id));
});

for (const [shape, end] of [
  ['a person who signs out', async (gateway, person) => person.send('DELETE', '/session/current')],
  ['a person who is removed', async (gateway, person) => gateway.must('DELETE', `/person/${person.id}`)],
  ['a person whose sessions an admin ends', async (gateway, person) => gateway.must('DELETE', `/person/${person.id}/session`)],
]) test(`events: the stream of ${shape} ends, and no other one`, async (t) => {
  const gateway = await startGateway(t, { ...cheapPasswords });
  const person = await signedIn(gateway, 'ana@example.com', 'viewer');
  const stream = await listen(gateway, { key: null, headers: { cookie: person.cookie } });
  const others = await listen(gateway);
  await end(gateway, person);
  assert.equal(await within(5_000, 'the end of the stream', stream.ended), true);
  assert.equal(stream.events.at(-1).event, 'closing');
  assert.deepEqual(JSON.parse(stream.events.at(-1).data), { reason: 'session_ended' });
  assert.ok(!others.events.some((one) => one.event === 'closing'));
  others.close();
});

test('events: two instances: each streams the changes of the other, and a removed key ends its streams on both', async (t) => {
  const { one, two } = await twoInstances(t);
  const made = await one.must('POST', '/api-key', { name: 'listener', role: 'viewer' });
  const streams = [await listen(one, { key: made.key }), await listen(two, { key: made.key })];
  const { server } = await guarded(one);
  const charge = await aCharge(server.url);
  const path = new URL(server.url).pathname;
  const { value } = await call(two.base + path, refund, { charge: charge.id, amount: 123 });
  for (const stream of streams) await event(stream, 'approval', (told) => told.approval_id === value.approval.id && told.what === 'created');
  await one.must('DELETE', `/api-key/${made.id}`);
  for (const stream of streams) assert.equal(await within(5_000, 'the end of a stream', stream.ended), true);
});

test('events: the streams of an instance that stops end in order, at once', async (t) => {
  const gateway = await startGateway(t);
  const stream = await listen(gateway);
  const began = performance.now();
  await gateway.stop();
  assert.equal(await stream.whole(), true);
  assert.deepEqual(JSON.parse(stream.events.at(-1).data), { reason: 'stopping' });
  assert.ok(performance.now() - began < allowed(5_000));
});

// User and system time of the process so far, in clock ticks of 10 ms.
const ticks = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

test('events: two hundred idle listeners cost next to nothing; one too many is refused', async (t) => {
  const gateway = await startGateway(t);
  const spent = async () => {
    const before = ticks(gateway.pid);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return ticks(gateway.pid) - before;
  };
  const without = await spent();
  const streams = await Promise.all(Array.from({ length: 200 }, () => listen(gateway)));
  const within200 = await spent();
  t.diagnostic(`3 s: ${without * 10} ms of processor time without listeners, ${within200 * 10} ms with 200`);
  assert.ok(within200 <= without + 15, `${without} and ${within200} ticks`);
  streams.push(...await Promise.all(Array.from({ length: 50 }, () => listen(gateway))));
  const refused = await gateway.admin('GET', '/event');
  assert.deepEqual([refused.status, refused.body.code], [503, 'too_many_streams']);
  streams.pop().close();
  await until('room', async () => {
    const probe = new EventStream(`${gateway.adminBase}/event`, { headers: { authorization: `Bearer ${gateway.apiKey}` } });
    const { status } = await probe.head;
    probe.close();
    return status === 200;
  });
  for (const one of streams) one.close();
});
