// What administrators are told of the tools of accounts with declarations, and the filters and rules that name them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { root, startGateway } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { request } from '../support/http.mjs';
import { OauthClient } from '../support/oauth.mjs';
import { json, startUpstream } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const jobs = readFileSync(join(root, 'tests/fixtures/declarations/jobs.yaml'), 'utf8');
const stripe = readFileSync(join(root, 'tests/fixtures/declarations/stripe.yaml'), 'utf8');
const service = await startUpstream({ after });
const host = `127.0.0.1:${service.port}`;
const gateway = await startGateway({ after }, { 'declarations.hosts': `private+http://${host}` });
const answers = (asked, response) => json(response, 200, { id: 'job_1', state: 'queued' });
beforeEach(() => { service.script = answers; });
afterEach(() => { service.requests.length = 0; });

const tagged = jobs.replace('https://jobs.example.com', `http://${host}`)
  .replace('  - name: start_job\n', '  - name: start_job\n    tags: [night_shift]\n')
  .replace('  - name: list_jobs\n', '  - name: list_jobs\n    tags: [reading_room]\n');
const connect = async () => (await gateway.must('POST', '/integrated-account', { name: 'Jobs', credential: 'credential-of-jobs', mode: 'test',
  service: { base_url: `http://${host}/v2`, auth: 'bearer' } })).id;
const declare = (account, document = tagged) => gateway.admin('PUT', `/integrated-account/${account}/declarations`, { document });
async function declared(config = {}) {
  const account = await connect();
  assert.equal((await declare(account)).status, 200);
  return gateway.mint({ account, config });
}
const toolsOf = (server) => gateway.must('GET', `/integrated-account/${server.account}/mcp/${server.id}/tools`);
const names = (body) => body.result.map((one) => one.name);
const everyTool = ['list_jobs', 'get_job', 'start_job', 'rename_job', 'replace_note', 'delete_job'];

test('one tool is shown with its arguments also when the filter hides it; a service has none of Stripe', async () => {
  const at = (to, tool) => gateway.admin('GET', `/integrated-account/${to.account}/mcp/${to.id}/tools/${tool}`);
  const reads = await declared({ methods: ['read'] });
  assert.ok(!names(await toolsOf(reads)).includes('start_job'));
  const shown = await at(reads, 'start_job');
  assert.deepEqual([shown.status, shown.body.name], [200, 'start_job'], shown.text);
  for (const to of [reads, await gateway.mint({ account: await connect() })]) {
    const stripes = await at(to, 'create_a_stripe_refund');
    assert.deepEqual([stripes.status, stripes.body.code], [404, 'unknown_tool']);
  }
});

test('a service: its declared tools are listed and counted, and no tool of Stripe', async () => {
  const account = await connect();
  const bare = await gateway.mint({ account });
  assert.deepEqual(names(await toolsOf(bare)), []);
  assert.equal((await gateway.must('GET', `/integrated-account/${account}/mcp/${bare.id}`)).tools.listed, 0);
  assert.deepEqual(names(await gateway.must('GET', `/integrated-account/${account}/tools`)), []);
  await declare(account);
  const shown = await toolsOf(bare);
  assert.deepEqual(names(shown), everyTool);
  assert.equal(shown.tool_count, 6);
  assert.deepEqual(shown.result.find((one) => one.name === 'start_job').tags, ['night_shift']);
  assert.equal(shown.result.find((one) => one.name === 'start_job').method, 'create');
  const listed = await legacy(bare.url, 'tools/list', {});
  assert.equal(shown.list.listed, listed.body.result.tools.length); // with get_receipt
  const server = await gateway.must('GET', `/integrated-account/${account}/mcp/${bare.id}`);
  const { warnings, ...counted } = server.tools;
  assert.deepEqual({ ...counted, warnings: shown.list.warnings }, shown.list, String(warnings));
  const preview = await gateway.must('GET', `/integrated-account/${account}/tools?methods=read`);
  assert.deepEqual(names(preview), ['list_jobs', 'get_job']);
});

test('Stripe: with declarations, the declared tools are what is listed', async () => {
  const account = (await gateway.connect()).id;
  await gateway.must('PUT', `/integrated-account/${account}/declarations`, { document: stripe });
  const server = await gateway.mint({ account });
  const shown = await toolsOf(server);
  const listed = (await toolNames(server.url)).filter((name) => name !== 'get_receipt');
  assert.deepEqual(names(shown), listed);
  assert.equal(shown.list.listed, (await toolNames(server.url)).length);
  const reading = await gateway.mint({ account, config: { methods: ['read'] } });
  assert.deepEqual(names(await toolsOf(reading)), await toolNames(reading.url));
});

test('tags: config.tags of a server of the service names declared tags; another one is refused with those there are', async () => {
  const server = await declared({ tags: ['night_shift'] });
  assert.deepEqual(await toolNames(server.url), ['start_job', 'get_receipt']);
  assert.deepEqual(names(await toolsOf(server)), ['start_job']);
  assert.deepEqual(names(await gateway.must('GET', `/integrated-account/${server.account}/tools?tags=reading_room`)), ['list_jobs']);
  const wrong = await gateway.admin('POST', `/integrated-account/${server.account}/mcp`, { name: 'x', config: { tags: ['refunds'] } });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body.code, 'unknown_tag');
  assert.match(wrong.body.detail, /night_shift/);
  const stripeOne = await gateway.admin('POST', `/integrated-account/${(await gateway.connect()).id}/mcp`, { name: 'x', config: { tags: ['night_shift'] } });
  assert.equal(stripeOne.body.code, 'unknown_tag');
});

test('tags: on an account of Stripe a declared tag counts for the operation that its tool calls', async () => {
  const account = (await gateway.connect()).id;
  const document = stripe.replace('  - name: create_refund\n', '  - name: create_refund\n    tags: [desk_two]\n');
  assert.notEqual(document, stripe);
  await gateway.must('PUT', `/integrated-account/${account}/declarations`, { document });
  const server = await gateway.mint({ account, config: { tags: ['desk_two'] } });
  assert.deepEqual(names(await toolsOf(server)), ['create_refund']);
  assert.deepEqual(await toolNames(server.url), ['create_refund', 'get_receipt']);
  await gateway.must('PUT', `/integrated-account/${account}/policy`, { rules: [{ id: 'desk_closed', tags: ['desk_two'] }] });
  assert.deepEqual(await toolNames(server.url), []);
});

test('rules: an argument of the service is accepted, enforced, and an unknown one refused when it is stored', async () => {
  const server = await declared();
  const rules = `/integrated-account/${server.account}/policy`;
  await gateway.must('PUT', rules, { rules: [{ id: 'urgent', tools: ['start_job'], max_value: { argument: 'priority', value: 3 } }] });
  const over = await call(server.url, 'start_job', { kind: 'x', priority: 4 });
  assert.match(over.value.error.message, /urgent/);
  assert.equal((await call(server.url, 'start_job', { kind: 'x', priority: 3 })).isError, false);
  assert.equal(service.requests.length, 1);
  for (const [rule, code] of [[{ id: 'a', max_value: { argument: 'prioritty', value: 3 } }, 'no_such_argument'], [{ id: 'a', tools: ['create_a_stripe_refund'] }, 'unknown_tool'],
    [{ id: 'a', tags: ['refunds'] }, 'unknown_tag'], [{ id: 'a', max_value: { argument: 'amount', value: 3 } }, 'no_such_argument']]) {
    const refused = await gateway.admin('PUT', rules, { rules: [rule] });
    assert.deepEqual([refused.status, refused.body.code], [400, code], refused.text);
    const checked = await gateway.admin('POST', `/team/policy/check?integrated_account_id=${server.account}`, { rules: [rule] });
    assert.equal(checked.body.code, code);
    const guarded = await gateway.admin('PATCH', `/integrated-account/${server.account}/mcp/${server.id}`, { config: { guardrails: [rule] } });
    assert.equal(guarded.body.code, code);
  }
  const tags = await gateway.mint({ account: server.account, config: { guardrails: [{ id: 'no_nights', tags: ['night_shift'] }] } });
  assert.ok(!(await toolNames(tags.url)).includes('start_job'));
});

test('rules: declarations that would make a rule hold no more are refused, and the old ones stay', async () => {
  const server = await declared({ guardrails: [{ id: 'named', tools: ['start_job'], max_value: { argument: 'priority', value: 3 } }] });
  const renamed = tagged.replaceAll('priority', 'urgency');
  const refused = await declare(server.account, renamed);
  assert.deepEqual([refused.status, refused.body.code], [409, 'rules_do_not_fit'], refused.text);
  assert.match(refused.body.detail, new RegExp(`${server.id}.*priority`));
  assert.match((await call(server.url, 'start_job', { kind: 'x', priority: 4 })).value.error.message, /named/);
  await gateway.must('PATCH', `/integrated-account/${server.account}/mcp/${server.id}`, { config: {} });
  assert.equal((await declare(server.account, renamed)).status, 200);
});

test('rules: a broken one does not let the others pass, and removing declarations is checked, too', async () => {
  const before = await declared({ guardrails: [{ id: 'broken', tools: ['rename_job'] }, { id: 'whole', tools: ['start_job'], max_value: { argument: 'priority', value: 3 } }] });
  const without = tagged.replace(/  - name: rename_job[^]*?(?=  - name: replace_note)/, '').replace('rename_job, ', '');
  const refused = await declare(before.account, without);
  assert.deepEqual([refused.status, refused.body.code], [409, 'rules_do_not_fit'], refused.text);
  assert.match(refused.body.detail, /'broken'/);
  const removed = await gateway.admin('DELETE', `/integrated-account/${before.account}/declarations`);
  assert.deepEqual([removed.status, removed.body.code], [409, 'rules_do_not_fit'], removed.text);
  // Of one that selects by tools and methods, no tool may be left.
  const reads = await declared({ guardrails: [{ id: 'reads', tools: ['get_job'], methods: ['get'] }] });
  const posted = await declare(reads.account, tagged.replace(/(name: get_job[^]*?)method: GET([^]*?)permission: read/, '$1method: POST$2permission: write')
    .replace('[list_jobs, get_job]', '[list_jobs]').replace('write: [', 'write: [get_job, '));
  assert.deepEqual([posted.status, posted.body.code], [409, 'rules_do_not_fit'], posted.text);
});

test('rules: repeat_within_minutes holds for writes of a service: the same tool with the same arguments', async () => {
  const server = await declared();
  await gateway.must('PUT', `/integrated-account/${server.account}/policy`, { rules: [{ id: 'not_twice', methods: ['create', 'update'], repeat_within_minutes: { value: 60 } }] });
  assert.equal((await call(server.url, 'rename_job', { job_id: '1', name: 'a' })).isError, false);
  assert.match((await call(server.url, 'rename_job', { name: 'a', job_id: '1' })).value.error.message, /not_twice/);
  assert.equal((await call(server.url, 'rename_job', { job_id: '1', name: 'b' })).isError, false);
  assert.equal((await call(server.url, 'start_job', { kind: 'a' })).isError, false);
  assert.equal(service.requests.length, 3);
});

test('replay: rules of the account are asked of recorded calls of its service', async () => {
  const server = await declared();
  await call(server.url, 'rename_job', { job_id: '1', name: 'a' });
  const path = `/team/policy/replay?integrated_account_id=${server.account}`;
  const rules = [{ id: 'no_changes', tools: ['rename_job'] }];
  await until('the record', async () => (await gateway.must('POST', path, { rules })).calls > 0);
  const replayed = await gateway.must('POST', path, { rules });
  assert.deepEqual(replayed.result.map((one) => [one.tool, one.would_be, one.why]), [['rename_job', 'denied', 'no_changes']]);
  const unknown = await gateway.must('POST', '/team/policy/replay', { rules: [{ id: 'no_changes', methods: ['update'] }] });
  assert.ok(unknown.result.some((one) => one.tool === 'rename_job' && /name its account/.test(one.why)));
});

test('a 401 of the service marks its account, and no call is sent until it has a credential again', async () => {
  const server = await declared();
  service.script = (asked, response) => json(response, 401, { error: 'no' });
  await call(server.url, 'get_job', { job_id: '1' });
  const account = () => gateway.must('GET', `/integrated-account/${server.account}`);
  await until('the mark', async () => (await account()).status === 'needs_reauth');
  service.script = answers;
  const before = service.requests.length;
  const stopped = await call(server.url, 'get_job', { job_id: '1' });
  assert.equal(stopped.value.error.type, 'needs_reauth');
  assert.doesNotMatch(JSON.stringify(stopped.value), /Stripe/);
  assert.equal(service.requests.length, before);
  await gateway.must('PATCH', `/integrated-account/${server.account}`, { credential: 'another-credential' });
  assert.equal((await call(server.url, 'get_job', { job_id: '1' })).isError, false);
});

test('a 403 of the service does not', async () => {
  const server = await declared();
  service.script = (asked, response) => json(response, 403, { error: 'no' });
  await call(server.url, 'get_job', { job_id: '1' });
  service.script = answers;
  assert.equal((await call(server.url, 'get_job', { job_id: '1' })).isError, false);
});

test('the consent page counts the declared tools and names the service', async () => {
  const client = new OauthClient(gateway, await declared({ auth: 'both' }));
  await client.register();
  const page = await request(client.authorizeUrl());
  assert.equal(page.status, 200, page.text);
  assert.match(page.text, /6 tools: 2 that only read, 4 that create, change or delete, 0 others/);
  assert.ok(page.text.includes(host));
  assert.doesNotMatch(page.text, /Stripe/);
});
