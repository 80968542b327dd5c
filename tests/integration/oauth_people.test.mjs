// OAuth clients that people allowed by signing in, and what ends with a person.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { Browser, cheapPasswords, makePerson, password, signedIn } from '../support/person.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), ...cheapPasswords });
const rule = { id: 'large', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } };
const server = await gateway.mint({ config: { auth: 'both', guardrails: [rule] } });
const authorized = (token) => ({ headers: { authorization: `Bearer ${token}` } });
const list = (client, tokens) => legacy(client.url, 'tools/list', {}, authorized(tokens.access_token));

test('an operator allows a client by signing in; it ends with the person', async () => {
  const { id } = await makePerson(gateway, 'ana@example.com', 'operator');
  const person = { email: ' ANA@example.com', password };
  const client = new OauthClient(gateway, server);
  const tokens = await client.connect({ person });
  const pending = await client.code({ person });
  assert.equal((await list(client, tokens)).status, 200);
  const path = `/integrated-account/${server.account}/mcp/${server.id}/authorization`;
  const own = (await gateway.must('GET', path)).result.find((one) => one.allowed_by === id);
  assert.deepEqual([own.allowed_by_name, own.status], ['ana', 'active']);
  const { result } = await gateway.must('GET', `/audit?actor=${id}&kind=admin_finished`);
  assert.ok(result.some((one) => one.action.endsWith('/authorize')), JSON.stringify(result));
  await gateway.admin('DELETE', `/person/${id}`);
  assert.equal((await list(client, tokens)).status, 401);
  assert.equal((await client.refresh(tokens.refresh_token)).body.error, 'invalid_grant');
  assert.equal((await client.exchange(pending)).body.error, 'invalid_grant');
});

test('a role below operator ends what the person allowed', async () => {
  const { id } = await makePerson(gateway, 'ben@example.com', 'operator');
  const client = new OauthClient(gateway, server);
  const tokens = await client.connect({ person: { email: 'ben@example.com', password } });
  await gateway.must('PATCH', `/person/${id}`, { role: 'admin' });
  assert.equal((await list(client, tokens)).status, 200);
  await gateway.must('PATCH', `/person/${id}`, { role: 'viewer' });
  assert.equal((await list(client, tokens)).status, 401);
  await gateway.must('PATCH', `/person/${id}`, { role: 'operator' });
  assert.equal((await list(client, tokens)).status, 401);
});

test('wrong words, a role that may not, and another team\'s person are refused alike', async () => {
  const viewer = await makePerson(gateway, 'viewer@example.com', 'approver');
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const made = await gateway.must('POST', '/person', { name: 'Eve', email: 'eve@example.com', role: 'admin' }, { key: other.api_key.key });
  await gateway.must('POST', '/person/accept-invitation', { token: made.invitation.token, password }, { key: null });
  const client = new OauthClient(gateway, server);
  await client.register();
  for (const person of [{ email: 'viewer@example.com', password: 'wrong horse battery' }, { email: 'viewer@example.com', password },
    { email: 'nobody@example.com', password }, { email: 'eve@example.com', password }]) {
    const answer = await client.decide('allow', { person });
    assert.equal(answer.status, 403, answer.text);
    assert.match(answer.text, /E-mail address, password or code is wrong, or you are not an operator or admin/);
  }
  const records = async (kind) => (await gateway.must('GET', `/audit?actor=${viewer.id}&kind=${kind}`)).result;
  await until('the refusal in the audit log', async () => (await records('admin_refused')).some((one) => one.rule === 'role_too_low'));
  assert.ok(!(await records('admin_finished')).some((one) => one.action.endsWith('/authorize')));
});

test('a password is not taken over plain http from elsewhere, nor from another page', async () => {
  await makePerson(gateway, 'plain@example.com', 'operator');
  const person = { email: 'plain@example.com', password };
  const client = new OauthClient(gateway, server);
  await client.register();
  for (const [headers, words] of [[{ host: '192.0.2.7' }, /people sign in over https/], [{ origin: 'https://claude.ai' }, /another site/]]) {
    const answer = await client.decide('allow', { person, headers });
    assert.equal(answer.status, 403, answer.text);
    assert.match(answer.text, words);
  }
  assert.equal((await client.decide('allow', { person, headers: { origin: new URL(client.url).origin } })).status, 303);
});

test('a sign-in that is slowed says so, and is no wrong password', async () => {
  await makePerson(gateway, 'slow@example.com', 'operator');
  const client = new OauthClient(gateway, server);
  await client.register();
  const browser = new Browser(gateway);
  for (let i = 0; i < 10; ++i) await browser.signIn('slow@example.com', { password: 'wrong horse battery' });
  const answer = await client.decide('allow', { person: { email: 'slow@example.com', password } });
  assert.equal(answer.status, 429, answer.text);
  assert.match(answer.text, /Please wait: too many failed sign-ins/);
});

test('who made the API key that allowed the client does not answer its approvals', async () => {
  const admin = await signedIn(gateway, 'maker@example.com', 'admin');
  const made = await admin.send('POST', '/api-key', { name: 'own', role: 'operator' });
  assert.equal(made.status, 201, made.text);
  const client = new OauthClient(gateway, server);
  const tokens = await client.connect({ key: made.body.key });
  const asked = await legacy(client.url, 'tools/call', { name: refund, arguments: { charge: 'ch_3', amount: 901 } },
    authorized(tokens.access_token));
  const { id } = asked.body.result.structuredContent?.approval ?? JSON.parse(asked.body.result.content[0].text).approval;
  const own = await admin.send('POST', `/approval/${id}/approve`, {});
  assert.equal(own.body.code, 'asked_yourself', own.text);
});

test('who allowed the client that asks does not answer its approvals', async () => {
  const admin = await signedIn(gateway, 'admin@example.com', 'admin');
  const second = await signedIn(gateway, 'second@example.com', 'admin');
  const client = new OauthClient(gateway, server);
  const tokens = await client.connect({ person: { email: 'admin@example.com', password } });
  const asked = await legacy(client.url, 'tools/call', { name: refund, arguments: { charge: 'ch_1', amount: 900 } },
    authorized(tokens.access_token));
  const { id } = asked.body.result.structuredContent?.approval ?? JSON.parse(asked.body.result.content[0].text).approval;
  const own = await admin.send('POST', `/approval/${id}/approve`, {});
  assert.equal(own.body.code, 'asked_yourself', own.text);
  const done = await second.send('POST', `/approval/${id}/approve`, {});
  assert.equal(done.body.state, 'executed', done.text);
});
