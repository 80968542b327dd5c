// Declarations: a published tutorial walked line by line, with what it only says enforced; and each defect that was
// measured in the program it describes, shown not to be here.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { root, runBinary, scratch, startGateway, testKey } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { running } from '../support/running.mjs';
import { until } from '../support/wait.mjs';

const seed = readFileSync(join(root, 'tests/fixtures/declarations/stripe.yaml'), 'utf8');
const directory = scratch();
const file = join(directory, 'usepaso.yaml');
writeFileSync(file, seed);
const run = (...args) => runBinary(args, { cwd: directory });

const gateway = await startGateway({ after });
const reach = () => ({ cwd: directory, env: { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey } });
const ask = (...args) => runBinary(args, reach());
const declarations = (account) => `/integrated-account/${account}/declarations`;

// A new account with these declarations, and an MCP server of it.
async function declared(document = seed, config = {}, at = gateway) {
  const account = (await at.connect()).id;
  await at.must('PUT', declarations(account), { document });
  return at.mint({ account, config });
}

// The seed with another capability of one line of flow YAML.
const adding = (capability, text = seed) => text.replace('permissions:\n', `  - ${capability}\npermissions:\n`);
const refunds = (constraints, more = '') => adding('{name: limited_refund, description: Refund a little, method: POST, path: /refunds, '
  + `permission: write, inputs: {charge: {type: string, required: true}, amount: {type: integer, constraints: ${constraints}}}${more}}`);

const denial = (answer) => {
  assert.equal(answer.isError, true, JSON.stringify(answer.value));
  return answer.value.error;
};

async function refused(url, name, args = {}) {
  const answer = await legacy(url, 'tools/call', { name, arguments: args });
  assert.equal(answer.body.error?.code, -32602, answer.text);
  return answer.body.error.message;
}

const audited = (tool) => until(`the record of ${tool}`, async () => {
  const { result } = await gateway.must('GET', `/audit?tool=${tool}`);
  return result[0];
});

test('tutorial: validate --strict says that the file is valid, without a regret', () => {
  const done = run('validate', '--strict');
  assert.equal(done.stdout, 'valid (Stripe, 5 capabilities, 0 regrets)\n', done.stderr);
  assert.equal(done.status, 0);
  assert.equal(run('validate').stdout, 'valid (Stripe, 5 capabilities)\n');
  assert.deepEqual(JSON.parse(run('validate', '--json', file).stdout),
    { valid: true, service: 'Stripe', capabilities: 5, errors: [], regrets: [] });
});

test('tutorial: test --all --dry-run prints the five requests', () => {
  const done = run('test', '--all', '--dry-run');
  assert.equal(done.stdout, `ok get_balance GET https://api.stripe.com/v1/balance
ok list_charges GET https://api.stripe.com/v1/charges?limit=10
ok get_charge GET https://api.stripe.com/v1/charges/{charge_id}
ok list_customers GET https://api.stripe.com/v1/customers?limit=10
ok create_refund POST https://api.stripe.com/v1/refunds
5 passed. 5 capabilities total.
All requests build correctly. No API calls were made.
`, done.stderr);
  assert.equal(done.status, 0);
});

test('test: one request whole, with the secret masked; constraints decide about it', () => {
  const shown = run('test', 'list_charges', '-p', 'limit=5', '-p', 'created_gte=1700000000', '--dry-run');
  assert.equal(shown.status, 0, shown.stderr);
  assert.match(shown.stdout, /^GET https:\/\/api\.stripe\.com\/v1\/charges\?\S*limit=5/);
  assert.match(shown.stdout, /created\[gte\]=1700000000/);
  assert.match(shown.stdout, /Authorization: Bearer sk_\*\*\*\n/);
  const asks = run('test', 'create_refund', '-p', 'charge=ch_1', '--dry-run');
  assert.equal(asks.status, 3);
  assert.match(asks.stdout, /^POST https:\/\/api\.stripe\.com\/v1\/refunds\n[^]*\n\ncharge=ch_1\n$/);
  const strict = join(directory, 'strict.yaml');
  writeFileSync(strict, seed.replace('max_value: 100', 'max_value: 50'));
  const denied = run('test', 'list_charges', '-p', 'limit=51', '--dry-run', '-f', strict);
  assert.equal(denied.status, 4);
  assert.match(denied.stderr, /^denied by list_charges\.limit\.max_value: /);
  assert.equal(denied.stdout, '');
  for (const [args, says] of [[['get_charge'], /'charge_id' is required/], [['get_chrage'], /did you mean get_charge/],
    [['list_charges', '-p', 'limit=x'], /limit must be a number/], [['list_charges', '-p', 'limt=5'], /did you mean 'limit'/]]) {
    const wrong = run('test', ...args, '--dry-run');
    assert.equal(wrong.status, 1, wrong.stdout);
    assert.match(wrong.stderr, says);
  }
  assert.equal(run('test', '--all').status, 2, 'without --dry-run it asks a gateway, and there is none');
});

test('validate: mistakes have file, line and column; regrets have a status of their own', () => {
  const wrong = join(directory, 'wrong.yaml');
  writeFileSync(wrong, seed.replace('max_value: 100', 'max_valeu: 100'));
  const mistaken = run('validate', wrong);
  assert.equal(mistaken.status, 1);
  assert.match(mistaken.stderr, /wrong\.yaml:26:11: there is no field 'max_valeu'; did you mean 'max_value'\?/);
  assert.equal(mistaken.stdout, '');
  assert.equal(JSON.parse(run('validate', '--json', wrong).stdout).errors[0].line, 26);
  writeFileSync(wrong, seed.replace('    consent_required: true\n', ''));
  const sorry = run('validate', '--strict', wrong);
  assert.equal(sorry.status, 3);
  assert.match(sorry.stderr, /regret: 'create_refund' writes without constraints and without consent_required: true/);
  assert.match(sorry.stdout, /1 regret\)/);
  assert.equal(run('validate', wrong).status, 0);
  assert.equal(run('validate', join(directory, 'none.yaml')).status, 1);
});

test('inspect: each tool with its permission, operation and rules', () => {
  const text = run('inspect').stdout;
  assert.match(text, /^write create_refund +POST \/refunds +create_a_stripe_refund +consent_required$/m);
  assert.match(text, /^read {2}list_charges .* limit\.max_value/m);
  assert.match(text, /^never delete_customer$/m);
  const shown = JSON.parse(run('inspect', '--json').stdout);
  assert.deepEqual(shown.capabilities.map((one) => one.name),
    ['get_balance', 'list_charges', 'get_charge', 'list_customers', 'create_refund']);
  assert.equal(shown.capabilities[1].tool.inputSchema.properties.limit.maximum, 100);
});

test('tutorial: applied, the four questions over MCP; the refund asks, a person approves, and it is sent once', async () => {
  const account = (await gateway.connect()).id;
  const server = await gateway.mint({ account });
  const before = await toolNames(server.url);
  const applied = ask('declare', 'apply', '--account', account);
  assert.equal(applied.status, 0, applied.stderr);
  assert.equal(applied.stdout, `applied usepaso.yaml to ${account} (Stripe, 5 capabilities, version 1)\n`);
  const names = await toolNames(server.url);
  assert.deepEqual(names, ['get_balance', 'list_charges', 'get_charge', 'list_customers', 'create_refund', 'get_receipt']);
  const balance = await call(server.url, 'get_balance');
  assert.equal(balance.isError, false, JSON.stringify(balance.value));
  const charges = await call(server.url, 'list_charges', { limit: 5 });
  assert.equal(charges.isError, false, JSON.stringify(charges.value));
  assert.ok(charges.value.data.length > 0 && charges.value.data.length <= 5);
  const customers = await call(server.url, 'list_customers', { email: 'alice@example.com' });
  assert.equal(customers.isError, false, JSON.stringify(customers.value));
  const paid = charges.value.data.find((one) => one.status === 'succeeded' && !one.refunded) ?? charges.value.data[0];
  const one = await call(server.url, 'get_charge', { charge_id: paid.id });
  assert.equal(one.value.id, paid.id);
  const asked = await call(server.url, 'create_refund', { charge: paid.id, amount: 100 });
  assert.equal(asked.value.approval?.state, 'pending', JSON.stringify(asked.value));
  // Nothing that a model sends confirms it.
  assert.match(denial(await call(server.url, 'create_refund', { charge: paid.id, amount: 100, confirmed: true })).message,
    /unknown argument 'confirmed'/);
  const { id } = asked.value.approval;
  const shown = await gateway.must('GET', `/approval/${id}`);
  assert.equal(shown.rule, 'create_refund.consent_required');
  assert.equal(shown.layer, 'declaration');
  const done = await gateway.must('POST', `/approval/${id}/approve`, {});
  assert.equal(done.state, 'executed', JSON.stringify(done));
  assert.equal(done.receipt.state, 'succeeded', JSON.stringify(done.receipt));
  const told = await call(server.url, 'get_receipt', { receipt: id });
  assert.equal(told.value.receipt.state, 'succeeded', JSON.stringify(told.value));
  assert.match(ask('declare', 'show', '--account', account).stdout, /^version: "1\.0"/);
  const removed = ask('declare', 'remove', '--account', account);
  assert.equal(removed.status, 0, removed.stderr);
  assert.deepEqual(await toolNames(server.url), before);
});

test('defect: a declared max_per_hour is counted, for reads and for writes', async () => {
  const hour = () => Math.floor(Date.now() / 3_600_000);
  let began;
  let answers;
  do { // an hour of the clock may end between two calls
    began = hour();
    const read = await declared(adding('{name: hourly, description: A counted read, method: GET, path: /balance, permission: read, '
      + 'constraints: [{max_per_hour: 2}]}'));
    const second = await gateway.mint({ account: read.account });
    answers = [];
    for (const { url } of [read, second, read, second]) answers.push(await call(url, 'hourly'));
  } while (hour() !== began);
  assert.deepEqual(answers.map((answer) => answer.isError), [false, false, true, true]);
  assert.equal(denial(answers[3]).code, 'hourly.max_per_hour');
  const write = await declared(refunds('{max_value: 500}', ', constraints: [{max_per_hour: 2}]'));
  const charge = (await call(write.url, 'list_charges', { limit: 1 })).value.data[0].id;
  const made = [];
  for (let i = 0; i < 4; ++i) made.push(await call(write.url, 'limited_refund', { charge, amount: 1 }));
  assert.equal(made.filter((answer) => !answer.isError).length, 2, JSON.stringify(made.map((one) => one.value)));
  assert.equal(denial(made[3]).code, 'limited_refund.max_per_hour');
});

test('defect: max_value refuses what is above it, and what is negative', async () => {
  const server = await declared(refunds('{max_value: 500}'));
  for (const [amount, rule] of [[99999, 'max_value'], [-5, 'not_negative'], [501, 'max_value']]) {
    const error = denial(await call(server.url, 'limited_refund', { charge: 'ch_1', amount }));
    assert.ok([`limited_refund.amount.${rule}`, 'amount'].includes(error.code) || amount < 0 && /amount/.test(error.message),
      JSON.stringify(error));
  }
  const whole = denial(await call(server.url, 'limited_refund', { charge: 'ch_1' }));
  assert.equal(whole.code, 'limited_refund.amount.max_value');
});

test('defect: constraints below an input are checked by validate and by the server', async () => {
  const server = await declared(seed.replace('max_value: 100', 'max_value: 50'));
  denial(await call(server.url, 'list_charges', { limit: 5000 }));
  const error = denial(await call(server.url, 'list_charges', { limit: 51 }));
  assert.equal(error.code, 'list_charges.limit.max_value');
  assert.match(error.message, /of the account's declarations/);
});

test('defect: consent is an approval on the server, not a sentence', async () => {
  const server = await declared();
  const asked = await call(server.url, 'create_refund', { charge: 'ch_1', amount: 1 });
  assert.equal(asked.value.approval.state, 'pending');
  const denied = await gateway.must('POST', `/approval/${asked.value.approval.id}/deny`, { reason: 'no' });
  assert.equal(denied.state, 'denied');
});

test('defect: a POST is a form with an Idempotency-Key and a Stripe-Version', async (t) => {
  const upstream = await startUpstream(t);
  upstream.script = (sent, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 5, currency: 'usd' });
  const own = await startGateway(t, upstreamSettings(upstream));
  const server = await declared(refunds('{max_value: 500}'), {}, own);
  const made = await call(server.url, 'limited_refund', { charge: 'ch_1', amount: 5 });
  assert.equal(made.isError, false, JSON.stringify(made.value));
  const sent = upstream.requests.find((one) => one.method === 'POST');
  assert.equal(sent.url ?? sent.path, '/v1/refunds');
  assert.match(sent.headers['content-type'], /^application\/x-www-form-urlencoded/);
  assert.ok(sent.headers['idempotency-key']);
  assert.ok(sent.headers['stripe-version']);
  assert.match(sent.body, /amount=5/);
});

test('defect: an error of Stripe has isError', async () => {
  const server = await declared();
  const missing = await call(server.url, 'get_charge', { charge_id: 'ch_missing' });
  assert.equal(missing.isError, true);
});

test('defect: an unknown argument is refused, with the nearest name', async () => {
  const server = await declared();
  assert.match(denial(await call(server.url, 'list_charges', { limt: 5 })).message, /did you mean 'limit'/);
  const record = await audited('list_charges');
  assert.equal(record.rule, 'arguments', JSON.stringify(record));
});

test('defect: a path value cannot leave its place', async (t) => {
  const upstream = await startUpstream(t);
  upstream.script = (sent, response) => json(response, 200, { id: 'ch_1', object: 'charge' });
  const own = await startGateway(t, upstreamSettings(upstream));
  const server = await declared(seed, {}, own);
  const good = await call(server.url, 'get_charge', { charge_id: 'ch_1' });
  assert.equal(good.isError, false, JSON.stringify(good.value));
  const charges = () => upstream.requests.filter((one) => one.path.startsWith('/v1/charges/')).length;
  const before = upstream.requests.length;
  assert.equal(charges(), 1);
  for (const charge_id of ['..', '../x?y', '.', '', '../customers/cus_1'])
    assert.ok(denial(await call(server.url, 'get_charge', { charge_id })), charge_id);
  assert.equal(upstream.requests.length, before, 'nothing was sent to Stripe');
});

test('defect: output is what is shown, and is not promised as outputSchema', async () => {
  const server = await declared(adding('{name: brief_charge, description: A charge in brief, method: GET, path: "/charges/{charge_id}", '
    + 'permission: read, inputs: {charge_id: {type: string, in: path}}, output: {amount: {type: integer}}}'));
  const { tools } = (await legacy(server.url, 'tools/list')).body.result;
  for (const tool of tools) assert.equal(tool.outputSchema, undefined);
  const { id } = (await call(server.url, 'list_charges', { limit: 1 })).value.data[0];
  const shown = (await call(server.url, 'brief_charge', { charge_id: id })).value;
  assert.ok(Number.isInteger(shown.amount), JSON.stringify(shown));
  assert.equal(shown.currency, undefined);
});

test('defect: tools have annotations', async () => {
  const server = await declared();
  const { tools } = (await legacy(server.url, 'tools/list')).body.result;
  const hints = Object.fromEntries(tools.map((tool) => [tool.name, tool.annotations.readOnlyHint]));
  assert.deepEqual(hints, { get_balance: true, list_charges: true, get_charge: true, list_customers: true,
    create_refund: false, get_receipt: true });
});

test('forbidden, hidden and undeclared names are refused and audited', async () => {
  const server = await declared();
  assert.match(await refused(server.url, 'delete_customer'), /forbidden by the declarations/);
  const record = await audited('delete_customer');
  assert.equal(record.rule, 'forbidden');
  assert.equal(record.layer, 'declaration');
  for (const name of ['list_all_stripe_charges', 'create_a_stripe_refund', 'find_stripe_operations'])
    assert.match(await refused(server.url, name, { charge: 'ch_1' }), /There is no tool/);
  const reads = await declared(seed, { methods: ['read'] });
  assert.ok(!(await toolNames(reads.url)).includes('create_refund'));
  assert.match(await refused(reads.url, 'create_refund', { charge: 'ch_1' }), /not exposed by this MCP server/);
  const lists = await declared(seed, { tools: { deny: ['list_all_stripe_charges'] } });
  assert.ok(!(await toolNames(lists.url)).includes('list_charges'));
});

test('resources and prompts reach no further than the declared tools', async () => {
  const server = await declared();
  const templates = await legacy(server.url, 'resources/templates/list');
  assert.deepEqual(templates.body.result?.resourceTemplates ?? [], []);
  const { id } = (await call(server.url, 'list_charges', { limit: 1 })).value.data[0];
  const read = await legacy(server.url, 'resources/read', { uri: `stripe://charge/${id}` });
  assert.ok(read.body.error, read.text);
});

test('an admin tool needs a server that may do everything', async () => {
  const text = seed.replace('permission: write', 'permission: admin').replace('  write:\n', '  admin:\n');
  const all = await declared(text);
  assert.ok((await toolNames(all.url)).includes('create_refund'));
  const some = await gateway.mint({ account: all.account, config: { methods: ['read', 'write'] } });
  assert.ok(!(await toolNames(some.url)).includes('create_refund'));
});

test('only: false leaves the catalogue beside the declared tools, without what is forbidden', async () => {
  const forbidding = (name) => seed.replace('- update_account', `- ${name}`) + 'only: false\n';
  const server = await declared(forbidding('list_all_stripe_refunds'), { tools: { allow: [
    'list_all_stripe_charges', 'list_all_stripe_refunds', 'list_all_stripe_customers'] } });
  const names = await toolNames(server.url);
  assert.ok(names.includes('list_all_stripe_charges') && names.includes('list_charges'), names.join());
  assert.ok(!names.includes('list_all_stripe_refunds'), names.join());
  assert.match(await refused(server.url, 'list_all_stripe_refunds'), /forbidden/);
  // It would take a declared tool away.
  const answer = await gateway.admin('PUT', declarations(server.account), { document: forbidding('create_a_stripe_refund') });
  assert.equal(answer.status, 400, answer.text);
  assert.match(answer.body.detail, /the operation that 'create_refund' calls/);
});

test('explain: a declared call by the rules of its operation and its own', async () => {
  const server = await declared();
  const path = `/integrated-account/${server.account}/mcp/${server.id}/explain`;
  const explain = (tool, args = {}) => gateway.must('POST', path, { tool, arguments: args });
  const good = await explain('list_charges', { limit: 3 });
  assert.equal(good.allowed, true, JSON.stringify(good));
  assert.equal(good.declared, 'list_charges');
  assert.equal(good.tool, 'list_all_stripe_charges');
  assert.match(good.request.url, /\/v1\/charges\?limit=3/);
  await gateway.must('PUT', declarations(server.account), { document: seed.replace('max_value: 100', 'max_value: 50') });
  const denied = await explain('list_charges', { limit: 51 });
  assert.equal(denied.refused_by.layer, 'declaration');
  assert.equal((await explain('create_refund', { charge: 'ch_1' })).refused_by.effect, 'needs_approval');
  assert.equal((await explain('delete_customer')).refused_by.rule, 'forbidden');
  assert.equal((await explain('list_all_stripe_charges')).visible, false);
});

test('a wrong document is refused with its problems, and the old one stays', async () => {
  const server = await declared();
  const wrong = seed.replace('max_value: 100', 'max_valeu: 100').replace('path: /refunds', 'path: /refnds');
  const answer = await gateway.admin('PUT', declarations(server.account), { document: wrong });
  assert.equal(answer.status, 400, answer.text);
  assert.equal(answer.body.code, 'wrong_declarations');
  assert.match(answer.body.detail, /declarations:26:11: there is no field 'max_valeu'[^]*Stripe has no operation POST \/v1\/refnds/);
  assert.equal((await gateway.must('GET', declarations(server.account))).document, seed);
  assert.ok((await toolNames(server.url)).includes('create_refund'));
  const stale = await gateway.admin('PUT', declarations(server.account), { document: seed + '# more\n', version: 7 });
  assert.equal(stale.status, 409);
  assert.equal(stale.body.code, 'version_changed');
});

test('only admins change declarations; other teams see none', async () => {
  const server = await declared();
  const viewer = await gateway.must('POST', '/api-key', { name: 'viewer', role: 'viewer' });
  const operator = await gateway.must('POST', '/api-key', { name: 'operator', role: 'operator' });
  for (const { key } of [viewer, operator]) {
    assert.equal((await gateway.admin('PUT', declarations(server.account), { document: seed }, { key })).status, 403);
    assert.equal((await gateway.admin('DELETE', declarations(server.account), undefined, { key })).status, 403);
    assert.equal((await gateway.admin('GET', declarations(server.account), undefined, { key })).status, 200);
  }
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  assert.equal((await gateway.admin('GET', declarations(server.account), undefined, { key: other.api_key.key })).status, 404);
});

test('an approved call whose tool is not declared any more is not sent', async () => {
  const server = await declared();
  const asked = await call(server.url, 'create_refund', { charge: 'ch_1', amount: 7 });
  await gateway.must('PUT', declarations(server.account), { document: seed.replace('name: create_refund', 'name: give_back')
    .replace('- create_refund', '- give_back') });
  const done = await gateway.must('POST', `/approval/${asked.value.approval.id}/approve`, {});
  assert.equal(done.state, 'voided', JSON.stringify(done));
  assert.equal(done.end_code, 'declaration_changed');
});

test('declarations survive a restart', async (t) => {
  const own = await startGateway(t);
  const server = await declared(seed, {}, own);
  await own.stop();
  await own.start();
  const path = new URL(server.url).pathname;
  assert.ok((await toolNames(own.base + path)).includes('create_refund'));
  assert.equal((await toolNames(own.base + path)).length, 6);
});

test('declare apply --watch applies each change, and keeps the old one while the file is wrong', async (t) => {
  const account = (await gateway.connect()).id;
  const server = await gateway.mint({ account });
  const watched = join(directory, 'watched.yaml');
  const put = (text) => { writeFileSync(watched + '.new', text); renameSync(watched + '.new', watched); };
  put(seed);
  const child = running(t, ['declare', 'apply', watched, '--account', account, '--watch'], reach().env);
  await until('the first version', () => child.out().includes('version 1'));
  put(seed.replace('max_value: 100', 'max_valeu: 100'));
  await until('the mistake', () => child.errors().includes('is not applied: what was in force stays'));
  assert.match(child.errors(), /watched\.yaml:26:11: /);
  assert.ok((await toolNames(server.url)).includes('get_balance'));
  put(seed.replace('name: get_balance', 'name: show_balance').replace('- get_balance', '- show_balance'));
  await until('the second version', () => child.out().includes('version 2'));
  assert.ok((await toolNames(server.url)).includes('show_balance'));
  assert.equal(await child.end(), 0, child.errors());
});

test('declare apply --watch sends what the gateway refused once', async (t) => {
  const upstream = await startUpstream(t);
  let puts = 0;
  upstream.script = (asked, response) => {
    puts += 1;
    return puts === 1 ? json(response, 200, { version: 1 }) : json(response, 409, { code: 'conflict', detail: 'Not now.' });
  };
  const watched = join(directory, 'refused.yaml');
  writeFileSync(watched, seed);
  const child = running(t, ['declare', 'apply', watched, '--account', 'ia_x', '--watch'],
    { TOLLGATE_ADMIN_URL: upstream.base, TOLLGATE_API_KEY: gateway.apiKey });
  await until('the first', () => puts === 1);
  writeFileSync(watched, `${seed}# more\n`);
  await until('the refusal', () => child.errors().includes('Not now.'));
  await new Promise((resolve) => { setTimeout(resolve, 1000); });
  assert.equal(puts, 2);
  assert.equal(await child.end(), 0, child.errors());
});

test('secrets never show in what the commands print', () => {
  const env = { TOLLGATE_API_KEY: testKey, STRIPE_API_KEY: testKey, STRIPE_SECRET_KEY: testKey };
  for (const [args, status, mask] of [
    [['test', 'list_charges', '--dry-run'], 0, /Authorization: Bearer sk_\*\*\*\n/],
    [['test', 'list_customers', '-p', `email=${testKey}`, '--dry-run'], 0, /email=\S*\*\*\*/],
    [['test', 'get_charge', '-p', `charge_id=${testKey}`, '--dry-run'], 0, /\/v1\/charges\/\S*\*\*\*/],
    [['test', 'create_refund', '-p', `charge=${testKey}`, '--dry-run'], 3, /charge=\S*\*\*\*/],
    [['test', testKey, '--dry-run'], 1, /there is no capability \S*\*\*\*/],
    [['inspect', '--json'], 0, /capabilities/]]) {
    const done = runBinary(args, { cwd: directory, env });
    assert.equal(done.status, status, done.stderr);
    assert.match(done.stdout + done.stderr, mask);
    assert.ok(!(done.stdout + done.stderr).includes(testKey), args.join(' '));
  }
});
