// What people agreed to is what is sent, or nothing is: arguments, rules, time, approvers and Stripe's state, and every change of them
// between the question and the execution. Judged by the refunds that the sandbox has, not by what a gateway answers.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DatabaseSync } from 'node:sqlite';
import { startGateway, testKey } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call } from '../support/mcp.mjs';
import { cheapPasswords, signedIn } from '../support/person.mjs';
import { upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const paid = 5000;
const sandbox = await startGateway({ after }, {}, {}, 'sandbox');
const stripe = `http://${sandbox.ports.sandbox}`;
const settings = { ...upstreamSettings({ base: stripe }), ...cheapPasswords };
const gateway = await startGateway({ after }, settings);

async function atStripe(method, path, form) {
  const done = await request(stripe + path, { method, body: form && new URLSearchParams(form).toString(),
    headers: { authorization: `Bearer ${testKey}`, 'idempotency-key': randomBytes(8).toString('hex'),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) } });
  assert.ok(done.status < 300, done.text);
  return done.body;
}
const payment = async () => (await atStripe('POST', '/v1/payment_intents',
  { amount: paid, currency: 'usd', payment_method: 'pm_card_visa', confirm: true })).id;
// The amounts that were refunded of a payment, in Stripe's words.
const refunded = async (id) => (await atStripe('GET', `/v1/refunds?payment_intent=${id}`)).data.map((one) => one.amount).sort();

const held = (more = {}) => ({ id: 'large', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 }, ...more });
const say = (id, verdict = 'approve', key = gateway.apiKey) => gateway.admin('POST', `/approval/${id}/${verdict}`, { reason: 'as asked' }, { key });

// A question that waits: the account, its MCP server, the payment and the approval.
async function asked({ rules = [held()], args = {}, on = gateway, config = {}, about: facts = {} } = {}) {
  const account = (await on.connect(facts)).id;
  const server = await on.mint({ account, config: { guardrails: rules, ...config } });
  const of = await payment();
  const about = { payment_intent: of, amount: 900, reason: 'duplicate', metadata: { ticket: 'T-1' }, ...args };
  const answer = await call(on.base + server.path, refund, about);
  assert.equal(answer.value.approval?.state, 'pending', JSON.stringify(answer.value));
  return { account, server, payment: of, args: about, id: answer.value.approval.id, path: `/integrated-account/${account}/mcp/${server.id}` };
}
const shown = (id) => gateway.must('GET', `/approval/${id}`);

// In the end, after the last row: nothing was executed late.
const expected = new Map();
async function holds(one, amounts) {
  assert.deepEqual(await refunded(one.payment), amounts);
  expected.set(one.payment, amounts);
}

const put = (path, rules) => gateway.must('PUT', path, { rules });
const guard = (one, rules) => gateway.must('PATCH', one.path, { config: { guardrails: rules } });
const denyAll = { id: 'never', tools: [refund] };
const smaller = { id: 'at_most', tools: [refund], max_value: { argument: 'amount', value: 899 } };

test('nothing changed: one effect', async () => {
  const one = await asked();
  assert.equal((await say(one.id)).body.receipt.state, 'succeeded');
  await holds(one, [900]);
});

const otherArguments = { amount: 901, reason: 'fraudulent', metadata: { ticket: 'T-2' }, refund_application_fee: false };
for (const [name, value] of [...Object.entries(otherArguments), ['reason', undefined], ['metadata', undefined], ['payment_intent', 'another']])
  test(`arguments: with ${name} ${value === undefined ? 'left out' : 'changed'} it is another question, and the answer to the first one is not its`, async () => {
    const one = await asked();
    const other = { ...one.args, [name]: value === 'another' ? await payment() : value };
    const { approval } = (await call(gateway.base + one.server.path, refund, other)).value;
    assert.notEqual(approval.id, one.id);
    await say(one.id);
    await holds(one, [900]);
    assert.equal((await shown(approval.id)).state, 'pending');
    await holds({ payment: other.payment_intent }, other.payment_intent === one.payment ? [900] : []);
  });

// The sandbox is one account, which may be named as the connected one; Stripe refuses its key for any other.
const connected = 'acct_1TollgateSandbox';
const otherConnected = 'acct_1OtherAccount000';
const connectedAccounts = [connected, otherConnected];

for (const [first, second, effects] of [[connected, otherConnected, [900]], [otherConnected, connected, []]])
  test(`connected account: approved for ${first === otherConnected ? 'another one' : 'one'}, asked for ${second === otherConnected ? 'another one' : 'one'}: another question, which waits`, async () => {
    const one = await asked({ about: { connected_accounts: connectedAccounts }, args: { connected_account: first } });
    const { approval } = (await call(gateway.base + one.server.path, refund, { ...one.args, connected_account: second })).value;
    assert.notEqual(approval.id, one.id);
    assert.equal(approval.state, 'pending');
    const { receipt } = (await say(one.id)).body;
    assert.deepEqual([receipt.state, receipt.connected_account], [first === otherConnected ? 'failed' : 'succeeded', first]);
    assert.equal((await call(gateway.base + one.server.path, refund, { ...one.args, connected_account: second })).value.approval.state, 'pending');
    assert.equal((await shown(approval.id)).state, 'pending');
    await holds(one, effects);
  });

test('connected account: approved for one that may not be named any more: no effect', async () => {
  const one = await asked({ about: { connected_accounts: connectedAccounts }, args: { connected_account: connected } });
  await gateway.must('PATCH', `/integrated-account/${one.account}`, { connected_accounts: [otherConnected] });
  await say(one.id);
  const end = await shown(one.id);
  assert.deepEqual([end.state, end.end_code], ['voided', 'connected_account'], JSON.stringify(end));
  await holds(one, []);
});

// Each: what changes, the rules at first, and what becomes of the approval (`end_code`, or 'executed').
const changes = {
  'rules: the guardrail denies now': [(one) => guard(one, [held({ then: 'deny' })]), 'policy'],
  'rules: another guardrail denies it': [(one) => guard(one, [held(), denyAll]), 'filter'],
  'rules: a limit is below it': [(one) => guard(one, [held(), smaller]), 'policy'],
  'rules: the account denies it': [(one) => put(`/integrated-account/${one.account}/policy`, [smaller]), 'policy'],
  'rules: the team denies it': [() => put('/team/policy', [smaller]), 'policy'],
  'rules: the team denies the tool': [() => put('/team/policy', [denyAll]), 'filter'],
  'rules: more people must agree': [(one) => guard(one, [held({ approval: { needed: 2 } })]), 'policy'],
  'rules: only people may agree': [(one) => guard(one, [held({ approval: { by: 'people' } })]), 'policy'],
  'rules: people of a group must agree': [(one) => guard(one, [held({ approval: { by: 'people', groups: ['finance'] } })]), 'policy'],
  'rules: a cap has no room': [(one) => guard(one, [held(), { id: 'daily', tools: [refund], cap: { argument: 'amount', amounts: { usd: 899 }, seconds: 3600 } }]), 'cap_reached'],
  'rules: a rule about something else': [(one) => guard(one, [held(), { id: 'other', methods: ['delete'] }]), 'executed'],
  'rules: it needs no approval any more': [(one) => guard(one, []), 'executed'],
  'filter: the tool is gone': [(one) => gateway.must('PATCH', one.path, { config: { guardrails: [held()], methods: ['read'] } }), 'filter'],
  'server: revoked': [(one) => gateway.must('DELETE', one.path), 'server_gone'],
  'server: suspended': [(one) => gateway.must('POST', `${one.path}/suspend`, {}), 'suspended'],
  'server: its token was rotated': [(one) => gateway.must('POST', `${one.path}/rotate`, {}), 'token_ended'],
  'account: suspended': [(one) => gateway.must('POST', `/integrated-account/${one.account}/suspend`, {}), 'suspended'],
  'account: frozen': [(one) => gateway.must('POST', `/integrated-account/${one.account}/freeze`, {}), 'frozen'],
  'account: another Stripe-Version': [(one) => gateway.must('PATCH', `/integrated-account/${one.account}`, { stripe_version: '2025-09-30.clover' }), 'request_changed'],
  'state: part of it was refunded': [(one) => atStripe('POST', '/v1/refunds', { payment_intent: one.payment, amount: 4500 }), 'policy',
    [held(), { id: 'rest', tools: [refund], refund_within_remaining: true }], [4500]],
  'state: all of it was refunded': [(one) => atStripe('POST', '/v1/refunds', { payment_intent: one.payment }), 'policy',
    [held(), { id: 'rest', tools: [refund], refund_within_remaining: true }], [5000]],
  'state: an equal refund was made': [async (one) => {
    await put(`/integrated-account/${one.account}/policy`, [{ id: 'not_twice', tools: [refund], repeat_within_minutes: { value: 60 } }]);
    const { path } = await gateway.mint({ account: one.account });
    assert.equal((await call(gateway.base + path, refund, one.args)).isError, false);
  }, 'policy', [held()], [900]],
};
for (const [name, [change, code, rules, amounts = []]] of Object.entries(changes))
  test(`${name}: ${code === 'executed' ? 'one effect' : 'no effect'}`, async (t) => {
    t.after(() => put('/team/policy', []));
    const one = await asked({ rules });
    await change(one);
    await say(one.id);
    const end = await shown(one.id);
    assert.equal(end.state, code === 'executed' ? 'executed' : 'voided', JSON.stringify(end));
    if (code !== 'executed') assert.equal(end.end_code, code, JSON.stringify(end));
    await holds(one, code === 'executed' ? [900] : amounts);
  });

test('approvers: an answer without permission changes nothing, and one key is one approver', async () => {
  const one = await asked({ rules: [held({ approval: { needed: 2 } })] });
  const viewer = await gateway.must('POST', '/api-key', { name: 'viewer', role: 'viewer' });
  const stranger = (await gateway.must('POST', '/team', { name: 'Other' })).api_key;
  const operator = await signedIn(gateway, 'operator@example.com', 'operator');
  const token = one.server.path.split('/').at(-1);
  for (const [key, status] of [[viewer.key, 403], [stranger.key, 404], [token, 401], ['tgk_none', 401]])
    assert.equal((await say(one.id, 'approve', key)).status, status);
  assert.equal((await operator.send('POST', `/approval/${one.id}/approve`, {})).status, 403);
  for (let i = 0; i < 3; ++i) assert.equal((await say(one.id)).body.state, 'pending');
  await holds(one, []);
  // Who was removed since does not count.
  const gone = await gateway.must('POST', '/api-key', { name: 'gone', role: 'operator' });
  const third = await asked({ rules: [held({ approval: { needed: 2 } })] });
  assert.equal((await say(third.id, 'approve', gone.key)).body.state, 'pending');
  await gateway.must('DELETE', `/api-key/${gone.id}`);
  assert.equal((await say(third.id)).body.state, 'pending');
  await holds(third, []);
  const second = await gateway.must('POST', '/api-key', { name: 'second', role: 'operator' });
  assert.equal((await say(third.id, 'approve', second.key)).body.state, 'executed');
  await holds(third, [900]);
});

test('answers: a denied one stays denied, an executed one is not executed again', async () => {
  const denied = await asked();
  assert.equal((await say(denied.id, 'deny')).body.state, 'denied');
  assert.equal((await say(denied.id)).status, 409);
  await holds(denied, []);
  const done = await asked();
  await Promise.all(Array.from({ length: 6 }, () => say(done.id)));
  assert.equal((await say(done.id, 'deny')).status, 409);
  await holds(done, [900]);
});

for (const [name, approve] of [['before anybody answered', false], ['between the agreement and the execution', true]])
  test(`time: it expires ${name}: no effect`, async (t) => {
    const own = await startGateway(t, settings);
    const one = await (approve ? agreed(own) : asked({ on: own }));
    const state = async () => (await own.must('GET', `/approval/${one.id}`)).state;
    await own.kill();
    await one.click;
    const database = new DatabaseSync(join(own.data, 'tollgate.db'));
    database.exec('UPDATE approvals SET expires_at = created_at + 1');
    database.close();
    await own.start(settings);
    const late = await own.admin('POST', `/approval/${one.id}/approve`, {});
    assert.equal(late.status, 409, late.text);
    await until('the end', async () => await state() === 'expired', 30_000);
    await holds(one, []);
  });

// A question that was agreed to and not sent yet: the only call of the time is used up.
async function agreed(on) {
  const one = await asked({ on, config: { rate_limit: { calls: 1, seconds: 60 } } });
  await call(on.base + one.server.path, 'list_all_stripe_refunds');
  const state = async () => (await on.must('GET', `/approval/${one.id}`)).state;
  const click = on.admin('POST', `/approval/${one.id}/approve`, {}).catch(() => {});
  await until('the agreement', async () => await state() === 'approved');
  return { ...one, click };
}
// What changes then, and what becomes of the approval.
const lateChanges = {
  'nothing': [() => {}, 'executed'],
  'the account is frozen': [(on, one) => on.must('POST', `/integrated-account/${one.account}/freeze`, {}), 'frozen'],
  'the server is revoked': [(on, one) => on.must('DELETE', one.path), 'server_gone'],
  'its guardrail denies': [(on, one) => on.must('PATCH', one.path, { config: { guardrails: [held({ then: 'deny' })] } }), 'policy'],
  'the team denies': [(on) => on.must('PUT', '/team/policy', { rules: [smaller] }), 'policy'],
};
for (const [name, [change, code]] of Object.entries(lateChanges))
  test(`after the agreement ${name}, and the gateway is killed before it sent: ${code === 'executed' ? 'one effect' : 'no effect'}`, async (t) => {
    const own = await startGateway(t, settings);
    const one = await agreed(own);
    await change(own, one);
    await own.kill();
    await one.click;
    await own.start(settings); // with room for the call
    const end = await until('the end', async () => {
      const now = await own.must('GET', `/approval/${one.id}`);
      return now.state !== 'approved' && (now.receipt?.state ?? 'none') !== 'intended' && now;
    }, 30_000);
    assert.equal(end.state, code === 'executed' ? 'executed' : 'voided', JSON.stringify(end));
    if (code !== 'executed') assert.equal(end.end_code, code, JSON.stringify(end));
    await holds(one, code === 'executed' ? [900] : []);
  });

test('in the end every payment has the refunds that it had', async () => {
  for (const [id, amounts] of expected) assert.deepEqual(await refunded(id), amounts);
});
