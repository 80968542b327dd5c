// Webhooks of a team: what happens to approvals is told, signed or in Slack's shape, again after failures, without a word of the call.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { signatureOf } from '../support/receivers.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 77123, currency: 'usd' });
const settings = { ...upstreamSettings(upstream), 'webhooks.private_networks': true };
const rule = { id: 'large_refunds', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } };

// A receiver: `got` are its requests; `answer` is the status of the next ones.
async function startReceiver(scope) {
  const receiver = { answer: 200, got: [] };
  const server = http.createServer((asked, response) => {
    let body = '';
    asked.on('data', (text) => { body += text; });
    asked.on('end', () => {
      receiver.got.push({ path: asked.url, headers: asked.headers, body });
      response.writeHead(receiver.answer).end('ok');
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  scope.after(() => { server.closeAllConnections(); server.close(); });
  receiver.url = `http://127.0.0.1:${server.address().port}/hook/secret-path`;
  return receiver;
}
const add = (gateway, address, more = {}) => gateway.must('POST', '/webhook', { name: 'Phone', address, ...more });
const ids = (receiver) => receiver.got.map((one) => one.headers['webhook-id']);
const deliveries = async (gateway, hook) => (await gateway.must('GET', `/webhook/${hook.id}/delivery`)).result;

async function ask(gateway, server, amount = 77123) {
  const answer = await call(server.url, refund, { charge: 'ch_canary', amount });
  assert.equal(answer.value.approval?.state, 'pending', JSON.stringify(answer.value));
  return answer.value.approval.id;
}

test('created, approved and executed are sent, signed, with an id and a link only', async (t) => {
  const gateway = await startGateway(t, settings);
  const receiver = await startReceiver(t);
  const slack = await startReceiver(t);
  const hook = await add(gateway, receiver.url);
  assert.match(hook.secret, /^whsec_/);
  assert.equal(hook.host, '127.0.0.1');
  assert.equal((await add(gateway, slack.url, { format: 'slack', events: ['executed'] })).secret, null);
  const server = await gateway.mint({ config: { guardrails: [rule] } });
  const id = await ask(gateway, server);
  await gateway.must('POST', `/approval/${id}/approve`, {});
  await until('three messages', () => receiver.got.length === 3 && slack.got.length === 1);
  assert.deepEqual(ids(receiver).sort(), ['approved', 'created', 'executed'].map((event) => `${id}_${event}`));
  for (const { headers, body } of receiver.got) {
    const { 'webhook-id': message, 'webhook-timestamp': seconds, 'webhook-signature': signature } = headers;
    assert.equal(signature, signatureOf(message, seconds, body, hook.secret));
    const told = JSON.parse(body);
    assert.equal(`${id}_${told.type.replace('approval.', '')}`, message);
    assert.equal(told.data.link, `${gateway.base}/console/approvals/${id}`);
    assert.deepEqual(Object.keys(told.data), ['team_id', 'approval_id', 'link']);
    assert.doesNotMatch(body, /canary|77123|refund/);
  }
  assert.equal(slack.got[0].headers['webhook-signature'], undefined);
  assert.deepEqual(JSON.parse(slack.got[0].body), { text: `An approved call was sent to Stripe: ${gateway.base}/console/approvals/${id}` });
  assert.match(await gateway.metrics(), /tollgate_webhook_messages_total\{outcome="delivered"\} 4/);

  // Nothing shows the address or the secret again: not the API, not the log, not the audit log.
  const shown = JSON.stringify([await gateway.must('GET', '/webhook'), await gateway.must('GET', '/audit?limit=100')]) + gateway.log;
  assert.doesNotMatch(shown, /secret-path|whsec_/);
});

test('a receiver that fails receives the message again with the same id, also after kill -9', async (t) => {
  const gateway = await startGateway(t, settings);
  const receiver = await startReceiver(t);
  const hook = await add(gateway, receiver.url, { events: ['created'] });
  const server = await gateway.mint({ config: { guardrails: [rule] } });
  receiver.answer = 503;
  const id = await ask(gateway, server);
  const failed = await until('a failure', async () => (await deliveries(gateway, hook)).find((one) => one.last_error));
  assert.equal(failed.last_error, 'the receiver answered 503');
  assert.equal(failed.state, 'waiting');
  await gateway.kill();
  receiver.answer = 204;
  await gateway.start(settings);
  await until('it to be delivered', async () => (await deliveries(gateway, hook))[0].state === 'delivered', 20_000);
  assert.deepEqual([...new Set(ids(receiver))], [`${id}_created`]);
  const before = receiver.got.length;
  assert.equal((await gateway.admin('POST', `/webhook/${hook.id}/delivery/${id}_created/repeat`)).status, 204);
  await until('it again', () => receiver.got.length === before + 1);
  assert.equal(ids(receiver).at(-1), `${id}_created`);
  assert.deepEqual(await gateway.must('POST', `/webhook/${hook.id}/test`), { delivered: true, error: null });
  receiver.answer = 302;
  assert.match((await gateway.must('POST', `/webhook/${hook.id}/test`)).error, /answered 302; redirects are not followed/);
  assert.equal((await gateway.admin('DELETE', `/webhook/${hook.id}`)).status, 204);
  assert.equal((await gateway.admin('GET', `/webhook/${hook.id}`)).status, 404);
});

test('private networks, plain http and other mistakes are refused, and who may do what', async (t) => {
  const gateway = await startGateway(t, upstreamSettings(upstream));
  const refused = async (address, pattern) => {
    const answer = await gateway.admin('POST', '/webhook', { name: 'Phone', address });
    assert.equal(answer.status, 400, address);
    assert.equal(answer.body.code, 'invalid_address');
    assert.match(answer.body.detail, pattern);
    assert.doesNotMatch(answer.text, /canary/);
  };
  await refused('http://127.0.0.1:1/canary', /must begin with https/);
  await refused('https://127.0.0.1/canary', /must be on the public internet/);
  await refused('https://169.254.169.254/canary', /must be on the public internet/);
  await refused('https://[::1]/canary', /must be on the public internet/);
  await refused('https://[::ffff:10.0.0.1]/canary', /must be on the public internet/);
  await refused('https://localhost/canary', /must be on the public internet/);
  await refused('https://user:canary@host.example/', /without a user name/);
  await refused('ftp://host.example/canary', /must be https/);
  const { key: operator } = await gateway.must('POST', '/api-key', { name: 'op', role: 'operator' });
  assert.equal((await gateway.admin('POST', '/webhook', { name: 'x', address: 'https://a.example' }, { key: operator })).status, 403);
  // A name that leads to a private address is found out when it is looked up.
  const hook = await add(gateway, 'https://localhost.localdomain/hook').catch(() => add(gateway, 'https://ip6-localhost/hook'));
  const tried = await gateway.must('POST', `/webhook/${hook.id}/test`);
  assert.equal(tried.delivered, false);
  assert.match(tried.error, /not of the public internet|looking up the name failed/);
});

test('of two instances one sends a message; what a killed one had taken is sent by the other', async (t) => {
  const receiver = await startReceiver(t);
  const { one, two } = await twoInstances(t, settings);
  const hook = await add(one, receiver.url);
  const server = await one.mint({ config: { guardrails: [rule] } });
  const asked = [];
  for (let i = 0; i < 5; ++i) asked.push(await ask(i % 2 ? two : one, server, 1000 + i));
  await until('all of them', () => receiver.got.length >= 5);
  assert.deepEqual(ids(receiver).sort(), asked.map((id) => `${id}_created`).sort());
  await one.kill();
  await two.must('POST', `/approval/${asked[0]}/deny`, { reason: 'No.' });
  await until('the denial', () => ids(receiver).includes(`${asked[0]}_denied`));
  assert.ok((await deliveries(two, hook)).every((told) => told.state === 'delivered'));
});
