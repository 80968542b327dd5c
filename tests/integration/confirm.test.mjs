// config.confirm: calls that a person must agree to, asked through the client.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, modern, unpack } from '../support/mcp.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'server.loops': 2 });
beforeEach(() => { upstream.requests.length = 0; });
const account = (await gateway.connect()).id;
const careful = await gateway.mint({ account, config: { confirm: 'write' } });
const able = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
const refund = { charge: 'ch_1', amount: 1500, reason: 'requested_by_customer' };
const ask = (args = refund, { url = careful.url, name = 'create_a_stripe_refund', meta = able, more = {} } = {}) =>
  modern(url, 'tools/call', { name, arguments: args, ...more }, { meta });
const question = async (asked) => {
  const { body, text } = await asked;
  assert.equal(body.result?.resultType, 'input_required', text);
  assert.deepEqual(Object.keys(body.result.inputRequests), ['confirm']);
  return { state: body.result.requestState, ...body.result.inputRequests.confirm };
};
const answer = (action, content) => ({ confirm: { action, ...(content && { content }) } });
const yes = answer('accept', { agree: true });
const replied = (state, responses, options = {}) =>
  ask(options.args ?? refund, { ...options, more: { requestState: state, inputResponses: responses } });
const resultOf = async (asked) => {
  const { body, text } = await asked;
  assert.equal(body.result?.resultType, 'complete', text);
  return unpack(body.result);
};

test('a person is shown what will be done, and it is done once agreed', async () => {
  const { method, params, state } = await question(ask());
  assert.equal(method, 'elicitation/create');
  assert.equal(params.mode, 'form');
  assert.deepEqual(params.requestedSchema.required, ['agree']);
  assert.equal(params.requestedSchema.properties.agree.type, 'boolean');
  assert.match(params.message, /^Create a refund .*test mode.*create_a_stripe_refund/i);
  assert.match(params.message, /^- charge: "ch_1"$/m);
  assert.match(params.message, /^- amount: 1500 \(of the smallest unit: 15\.00 USD, or 1500 JPY, by the currency\)$/m);
  assert.match(params.message, /No real money moves/);
  assert.equal(upstream.requests.length, 0);
  const done = await resultOf(replied(state, yes));
  assert.equal(done.isError, false);
  assert.equal(upstream.requests.length, 1);
  assert.match(upstream.requests[0].body, /charge=ch_1/);
  // The same agreement once more is the same request to Stripe, which carries it out once.
  await resultOf(replied(state, yes));
  assert.deepEqual(new Set(upstream.requests.map((one) => one.headers['idempotency-key'])).size, 1);
  assert.ok(upstream.requests[0].headers['idempotency-key'].startsWith('rcp_'));
});

test('declined, closed or not ticked: nothing is sent', async () => {
  const { state } = await question(ask());
  for (const said of [answer('decline'), answer('cancel'), answer('accept', { agree: false }), answer('accept', {}), answer('accept'),
    answer('accept', { agree: 'true' }), answer('yes', { agree: true })]) {
    const { isError, value } = await resultOf(replied(state, said));
    assert.equal(isError, true, JSON.stringify(said));
    assert.equal(value.error.code, 'declined');
    assert.match(value.error.message, /person/);
    assert.match(value.error.next_step, /Nothing was sent/);
  }
  assert.equal(upstream.requests.length, 0);
  await until('the log', () => /"confirmation".*"outcome":"declined"/.test(gateway.log));
});

test('an agreement is good for just the call that was shown', async () => {
  const { state } = await question(ask());
  const other = await gateway.mint({ account, config: { confirm: 'write' } });
  for (const options of [{ args: { ...refund, amount: 150000 } }, { args: { ...refund, charge: 'ch_2' } }, { url: other.url },
    { name: 'create_a_stripe_charge_refund', args: { charge_id: 'ch_1', amount: 1500 } }]) {
    const { body } = await replied(state, yes, options);
    assert.equal(body.error?.code, -32602, JSON.stringify(body));
  }
  assert.equal((await replied(state.slice(0, -6) + 'AAAAAA', yes)).body.error.code, -32602);
  // Answers without the state: nobody was asked.
  await question(ask(refund, { more: { inputResponses: yes } }));
  // A state without an answer asks again.
  await question(ask(refund, { more: { requestState: state } }));
  assert.equal(upstream.requests.length, 0);
});

test('a client that cannot ask is refused, with what an administrator can do', async () => {
  const none = { 'io.modelcontextprotocol/clientCapabilities': {} };
  const by_url = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { url: {} } } };
  for (const refused of [await resultOf(ask(refund, { meta: none })), await resultOf(ask(refund, { meta: by_url })),
    await call(careful.url, 'create_a_stripe_refund', refund)]) {
    assert.equal(refused.isError, true);
    assert.equal(refused.value.error.code, 'client_cannot_ask');
    assert.match(refused.value.error.next_step, /config\.confirm/);
  }
  assert.equal(upstream.requests.length, 0);
});

test('reads are not asked for; destructive asks for what cannot be undone; the search tools are no way around', async () => {
  assert.equal((await call(careful.url, 'list_all_stripe_charges')).isError, false);
  const some = await gateway.mint({ account, config: { confirm: 'destructive', listing: 'search' } });
  const customer = { operation: 'create_a_stripe_customer', arguments: { name: 'x' } };
  assert.equal((await call(some.url, 'write_stripe', customer)).isError, false);
  const through = { operation: 'create_a_stripe_refund', arguments: refund };
  const { params, state } = await question(ask(through, { url: some.url, name: 'write_stripe' }));
  assert.match(params.message, /^- amount: 1500/m);
  upstream.requests.length = 0;
  assert.equal((await resultOf(replied(state, yes, { url: some.url, name: 'write_stripe', args: through }))).isError, false);
  assert.equal(upstream.requests.length, 1);
  const deletion = { operation: 'delete_a_stripe_customer_by_id', arguments: { id: 'cus_1' } };
  await question(ask(deletion, { url: some.url, name: 'delete_stripe' }));
  const free = await gateway.mint({ account });
  assert.equal((await call(free.url, 'create_a_stripe_refund', refund)).isError, false);
});

test('a call that would be refused anyway is refused before a person is asked; explain asks no one', async () => {
  const wrong = await resultOf(ask({ ...refund, amuont: 1 }));
  assert.equal(wrong.value.error.code, 'unknown_argument');
  const explained = await gateway.must('POST', `/integrated-account/${account}/mcp/${careful.id}/explain`,
    { tool: 'create_a_stripe_refund', arguments: refund });
  assert.equal(explained.allowed, true);
  await gateway.must('POST', `/integrated-account/${account}/freeze`);
  assert.equal((await resultOf(ask())).value.error.type, 'frozen');
  await gateway.must('DELETE', `/integrated-account/${account}/freeze`);
  assert.equal(upstream.requests.length, 0);
});

test('hostile arguments are shown as they are, and cannot write lines of their own', async () => {
  const { params } = await question(ask({ ...refund, reason: 'requested_by_customer', metadata: {
    note: `x\n- amount: 1 (0.01 USD)\u202e ${['sk', 'live', '0123456789abcdefghijklmn'].join('_')}`, 'a\nb': 'c', long: 'y'.repeat(500) } }));
  assert.equal(params.message.split('\n').filter((line) => line.startsWith('- amount')).length, 1, params.message);
  assert.doesNotMatch(params.message, /\u202e|0123456789abcdef/);
  assert.match(params.message, /\(shortened\)/);
  const { amount, ...all } = refund;
  assert.equal(amount, 1500);
  assert.match((await question(ask(all))).params.message, /all that is left of the payment/);
});

test('the config says what it takes', async () => {
  const bad = await gateway.admin('POST', `/integrated-account/${account}/mcp`, { name: 'x', config: { confirm: 'always' } });
  assert.deepEqual([bad.status, bad.body.code, bad.body.field], [400, 'unknown_value', 'config.confirm']);
  assert.match(bad.body.detail, /none, destructive, write/);
  assert.equal(careful.config.confirm, 'write');
});
