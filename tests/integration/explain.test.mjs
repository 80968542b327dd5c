// POST /integrated-account/{id}/mcp/{id}/explain: what a call would do, against what it then does.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'limits.calls_per_account': '1000/10s' });
const account = (await gateway.connect({ stripe_account: 'acct_1032D82eZvKYlo2C', stripe_version: '2024-06-20' })).id;
const server = await gateway.mint({ account });
beforeEach(() => { upstream.requests.length = 0; });

const ask = (to, tool, args, options) => gateway.must('POST',
  `/integrated-account/${to.account}/mcp/${to.id}/explain`, { tool, ...(args && { arguments: args }) }, options);

const calls = [
  ['list_all_stripe_charges', { limit: 3, created: { gte: 5, lt: 9 } }],
  ['get_single_stripe_charge_by_id', { id: 'ch_1' }],
  ['create_a_stripe_customer', { name: 'Ada & Co', metadata: { z: '1', a: '2' }, email: 'a+b@example.com' }],
  ['create_a_stripe_customer', { idempotency_key: 'mine-1' }],
  ['create_a_stripe_v2_core_account', { display_name: 'Grüße', metadata: { z: '1', a: '2' } }],
];

test('the request that is shown is the one a call then sends, byte for byte', async () => {
  const full = (await gateway.connect({ credential: 'sk_test_sandbox0000000000000000' })).id;
  const secret = await gateway.mint({ account: full });
  for (const [tool, args] of calls) {
    const to = tool.includes('_v2_') ? secret : server;
    const key = to === secret ? 'sk_test_sandbox0000000000000000' : testKey;
    upstream.requests.length = 0;
    const told = await ask(to, tool, args);
    assert.equal(upstream.requests.length, 0);
    assert.deepEqual([told.tool, told.visible, told.reason, told.allowed, told.refused_by, told.sent],
      [tool, true, null, true, null, false], JSON.stringify(told));
    await call(to.url, tool, args);
    assert.equal(upstream.requests.length, 1);
    const [sent] = upstream.requests;
    assert.equal(told.request.method, sent.method);
    assert.equal(told.request.url, upstream.base + sent.path);
    assert.equal(told.request.body, sent.body);
    const shown = Object.fromEntries(Object.entries(told.request.headers).map(([name, value]) => [name.toLowerCase(), value]));
    assert.equal(shown.authorization, `Bearer ${key.slice(0, 8)}***`);
    assert.equal(sent.headers.authorization, `Bearer ${key}`);
    if (sent.headers['idempotency-key'] && !args.idempotency_key)
      assert.equal(shown['idempotency-key'], 'made for each call');
    else assert.equal(shown['idempotency-key'], sent.headers['idempotency-key']);
    for (const each of [shown, sent.headers]) { delete each.authorization; delete each['idempotency-key']; }
    assert.deepEqual(shown, sent.headers);
  }
  assert.ok(!gateway.log.includes('admin_change') || !/explain/.test(gateway.log));
});

test('explain reports a refused call as the model would read it, and sends nothing', async () => {
  for (const [tool, args, rule] of [
    ['list_all_stripe_charges', { limti: 1 }, 'arguments'],
    ['get_single_stripe_charge_by_id', {}, 'arguments'],
    ['create_a_stripe_refund', { charge: 'ch_1', amount: -5 }, 'amount'],
    ['list_all_stripe_charges', { next_cursor: 'made-up' }, 'cursor'],
    ['create_a_stripe_customer', { idempotency_key: 'with blanks' }, 'arguments'],
  ]) {
    const told = await ask(server, tool, args);
    const { error } = (await call(server.url, tool, args)).value;
    assert.equal(told.visible, true);
    assert.equal(told.allowed, false);
    assert.equal(told.request, null);
    assert.deepEqual(told.refused_by, { rule, code: error.code, ...(error.param && { param: error.param }),
      message: error.message, next_step: error.next_step });
  }
  assert.equal(upstream.requests.length, 0);
});

test('what hides a tool is named', async () => {
  const hidden = async (config, tool) => {
    const told = await ask(await gateway.mint({ account, config }), tool);
    assert.deepEqual([told.visible, told.listed, told.allowed, told.request], [false, null, false, null]);
    assert.equal(told.refused_by.rule, 'filter');
    return told.reason;
  };
  const charges = 'list_all_stripe_charges';
  assert.equal(await hidden({ methods: ['read'] }, 'create_a_stripe_refund'), 'methods');
  assert.equal(await hidden({ tags: ['billing'] }, 'list_all_stripe_terminal_readers'), 'tags');
  assert.equal(await hidden({ tools: { allow: [charges] } }, 'list_all_stripe_refunds'), 'allow');
  assert.equal(await hidden({ tools: { deny: [charges] } }, charges), 'deny');
  assert.equal(await hidden({}, 'list_all_stripe_charge'), 'unknown');
  const near = await ask(server, 'list_all_stripe_charge');
  assert.match(near.refused_by.message, /Did you mean 'list_all_stripe_charges'\?/);
});

test('how a tool is listed, and calls through the search tools', async () => {
  const charges = 'list_all_stripe_charges';
  assert.equal((await ask(await gateway.mint({ account, config: { listing: 'full' } }), charges)).listed, 'full');
  const search = await gateway.mint({ account, config: { listing: 'search', tools: { pinned: [charges] } } });
  assert.equal((await ask(search, charges)).listed, 'pinned');
  assert.equal((await ask(search, 'list_all_stripe_refunds')).listed, 'search');
  const through = await ask(search, 'read_stripe', { operation: charges, arguments: { limit: 2 } });
  assert.equal(through.tool, charges);
  assert.equal(through.request.url, `${upstream.base}/v1/charges?limit=2`);
  const wrong = await ask(search, 'read_stripe', { operation: 'create_a_stripe_refund' });
  assert.equal(wrong.refused_by.code, 'wrong_caller');
  assert.equal((await ask(search, 'find_stripe_operations', { query: 'refunds' })).request, null);
});

test('secrets among the arguments are masked', async () => {
  const told = await ask(server, 'create_a_stripe_customer',
    { description: 'key sk_live_abcdefghijklmnop1234567890 leaked' });
  assert.ok(!JSON.stringify(told).includes('abcdefghijklmnop'));
  assert.match(told.request.body, /sk_live_/);
});

test('a viewer may ask, another team may not, and a wrong question is 400', async () => {
  const path = `/integrated-account/${account}/mcp/${server.id}/explain`;
  const viewer = await gateway.must('POST', '/api-key', { name: 'v', role: 'viewer' });
  assert.equal((await ask(server, 'list_all_stripe_charges', {}, { key: viewer.key })).allowed, true);
  for (const [body, code, field] of [[{}, 'missing_field', 'tool'], [{ tool: 7 }, 'wrong_type', 'tool'],
    [{ tool: 'x', arguments: [] }, 'wrong_type', 'arguments'], [{ tool: 'x', args: {} }, 'unknown_field', 'args']]) {
    const done = await gateway.admin('POST', path, body);
    assert.deepEqual([done.status, done.body.code, done.body.field], [400, code, field]);
  }
  assert.equal((await gateway.admin('POST', path, '{"tool":"x","tool":"y"}')).status, 400);
  assert.equal((await gateway.admin('POST', path, { tool: 'x' }, { key: null })).status, 401);
  assert.equal((await gateway.admin('POST', path.replace(server.id, 'mcp_none'), { tool: 'x' })).status, 404);
  assert.equal(upstream.requests.length, 0);
});

test('one tool is shown with its arguments as tools/list shows it, also when it is hidden', async () => {
  const at = (to, tool, options) => gateway.admin('GET', `/integrated-account/${to.account}/mcp/${to.id}/tools/${tool}`, undefined, options);
  const { body: listed } = await legacy(server.url, 'tools/list');
  for (const tool of listed.result.tools.filter((one) => /_stripe_(refund|charges)$/.test(one.name)))
    assert.deepEqual((await at(server, tool.name)).body, tool);
  const reads = await gateway.mint({ account, config: { methods: ['read'] } });
  const { body } = await at(reads, 'create_a_stripe_refund');
  assert.deepEqual([body.name, body.inputSchema.properties.amount.type], ['create_a_stripe_refund', 'integer']);
  const unknown = await at(server, 'no_such-tool');
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'unknown_tool']);
  for (const wrong of ['x'.repeat(65), 'a.b', '%2e']) assert.equal((await at(server, wrong)).body.code, 'unknown_path', wrong);
  const { api_key: stranger } = await gateway.must('POST', '/team', { name: 'Other' });
  assert.equal((await at(server, 'create_a_stripe_refund', { key: stranger.key })).status, 404);
});

test('a freeze of the account or of the team is what explain says refuses a write, and reads go on', async () => {
  const write = () => ask(server, 'create_a_stripe_customer', { name: 'Ada' });
  for (const path of [`/integrated-account/${account}/freeze`, '/team/freeze']) {
    await gateway.must('POST', path);
    const told = await write();
    assert.equal(told.allowed, false, path);
    assert.match(JSON.stringify(told.refused_by), /frozen/);
    assert.equal((await ask(server, 'list_all_stripe_charges', {})).allowed, true);
    await gateway.must('DELETE', path);
    assert.equal((await write()).allowed, true);
  }
});
