// Calls that wait for approval, as the model's client hears of them: as a task where its request declares the extension,
// by a link where it can open one for its user, in both eras; else as a result that says how to ask again.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, modern, unpack } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'server.loops': 2 });
const account = (await gateway.connect()).id;
const answers = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' });
beforeEach(() => { upstream.script = answers; upstream.requests.length = 0; });

const extension = 'io.modelcontextprotocol/tasks';
const declares = (capabilities) => ({ meta: { 'io.modelcontextprotocol/clientCapabilities': capabilities } });
const tasks = declares({ extensions: { [extension]: {} } });
const links = declares({ elicitation: { url: {} } });
const both = declares({ elicitation: { url: {} }, extensions: { [extension]: {} } });
const rule = { id: 'large_refunds', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 } };
const mint = (config = {}) => gateway.mint({ account, config: { guardrails: [rule], ...config } });
const ask = (server, options, more = {}) =>
  modern(server.url, 'tools/call', { name: refund, arguments: { charge: 'ch_1', amount: 900 }, ...more }, options);
const about = (server, method, taskId, options = tasks) => modern(server.url, method, { taskId }, options);
const say = (id, verdict, body = {}) => gateway.must('POST', `/approval/${id}/${verdict}`, body);
const writes = () => upstream.requests.filter((sent) => sent.method === 'POST').length;
const taskOf = async (asked) => {
  const { body, text } = await asked;
  assert.equal(body.result?.resultType, 'task', text);
  return body.result;
};
const shown = async (server, id) => (await about(server, 'tasks/get', id)).body.result;

test('a call that waits is a task; approved it is completed with the receipt, once', async () => {
  const server = await mint();
  const task = await taskOf(ask(server, tasks));
  assert.match(task.taskId, /^apr_/);
  assert.equal(task.status, 'working');
  assert.match(task.statusMessage, /A person has not decided yet/);
  assert.ok(task.ttlMs > 24 * 3600_000);
  assert.equal((await shown(server, task.taskId)).status, 'working');
  assert.equal((await taskOf(ask(server, tasks))).taskId, task.taskId, 'the same call is the same task');
  assert.equal(writes(), 0);
  await say(task.taskId, 'approve', { reason: 'The customer called.' });
  const done = await until('the outcome', async () => {
    const now = await shown(server, task.taskId);
    return now.status === 'working' ? null : now;
  });
  assert.equal(done.status, 'completed');
  const { isError, value } = unpack(done.result);
  assert.equal(isError, false);
  assert.equal(value.receipt.object_id, 're_1');
  assert.equal(value.approval.approver_reason, 'The customer called.');
  assert.equal(writes(), 1);
});

test('a denied call is completed with an error that has the words of the person', async () => {
  const server = await mint();
  const { taskId } = await taskOf(ask(server, tasks));
  await say(taskId, 'deny', { reason: 'Wrong customer.' });
  const done = await shown(server, taskId);
  assert.equal(done.status, 'completed');
  const { isError, result } = unpack(done.result);
  assert.equal(isError, true);
  assert.match(result.content[0].text, /Wrong customer\./);
  assert.equal(writes(), 0);
});

test('tasks/cancel withdraws the question: nobody can approve it, and the audit log has its end', async () => {
  const server = await mint();
  const { taskId } = await taskOf(ask(server, tasks));
  const ended = await about(server, 'tasks/cancel', taskId);
  assert.deepEqual(Object.keys(ended.body.result).sort(), ['_meta', 'resultType']);
  assert.equal((await shown(server, taskId)).status, 'cancelled');
  const late = await gateway.admin('POST', `/approval/${taskId}/approve`, {});
  assert.equal(late.status, 409, late.text);
  assert.equal((await gateway.must('GET', `/approval/${taskId}`)).end_code, 'withdrawn');
  const { result } = await gateway.must('GET', `/audit?kind=approval_ended&mcp_server_id=${server.id}`);
  assert.deepEqual(result.map((one) => [one.rule, one.approval]), [['withdrawn', taskId]]);
  assert.equal((await about(server, 'tasks/cancel', taskId)).status, 200, 'once more is acknowledged too');
  assert.equal(writes(), 0);
});

test('a task is of its MCP server alone, and only of clients that declare the extension', async () => {
  const server = await mint();
  const other = await mint();
  const { taskId } = await taskOf(ask(server, tasks));
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    assert.equal((await about(other, method, taskId)).body.error.code, -32602, method);
    assert.equal((await about(server, method, taskId, {})).body.error.code, -32021, method);
  }
  const listened = await modern(server.url, 'subscriptions/listen', { notifications: { taskIds: [taskId] } });
  assert.equal(listened.body.error.code, -32021);
  assert.equal((await shown(server, taskId)).status, 'working');
  const { value } = unpack((await ask(server, {})).body.result);
  assert.equal(value.approval.id, taskId, 'a request that does not declare it gets the result');
  assert.match(value.approval.link, new RegExp(`^http://.*/console/approvals/${taskId}$`));
});

test('a client that opens links gets the link, and what became of the call when it comes back', async () => {
  const server = await mint();
  const { body, text } = await ask(server, links);
  assert.equal(body.result.resultType, 'input_required', text);
  const { method, params } = body.result.inputRequests.approval;
  assert.equal(method, 'elicitation/create');
  assert.equal(params.mode, 'url');
  const id = params.url.split('/').at(-1);
  assert.match(params.url, /\/console\/approvals\/apr_\w+$/);
  const back = (action, options = links) => ask(server, options, { requestState: body.result.requestState,
    inputResponses: { approval: { action } } });
  for (const action of ['accept', 'decline', 'cancel']) {
    const waiting = unpack((await back(action)).body.result);
    assert.equal(waiting.value.approval.state, 'pending', 'what the client answers decides nothing');
    assert.equal(waiting.value.approval.id, id);
  }
  assert.equal(writes(), 0);
  await say(id, 'approve');
  const done = unpack((await back('accept')).body.result);
  assert.equal(done.isError, false);
  assert.equal(done.value.receipt.object_id, 're_1');
  assert.equal(writes(), 1, 'the call that comes back is not made again');
  const { result } = await gateway.must('GET', `/approval?mcp_server_id=${server.id}`);
  assert.equal(result.length, 1, 'nor asked for again');
});

test('a client that can do both is shown the link first, and then has a task', async () => {
  const server = await mint();
  const { body } = await ask(server, both);
  assert.equal(body.result.resultType, 'input_required');
  const task = await taskOf(ask(server, both, { requestState: body.result.requestState,
    inputResponses: { approval: { action: 'accept' } } }));
  assert.equal(task.taskId, body.result.inputRequests.approval.params.elicitationId);
});

test('the state of a link is for the call that it was made for', async () => {
  const server = await mint();
  const { body } = await ask(server, links);
  const other = await modern(server.url, 'tools/call', { name: refund, arguments: { charge: 'ch_2', amount: 900 },
    requestState: body.result.requestState, inputResponses: { approval: { action: 'accept' } } }, links);
  assert.equal(other.body.error.code, -32602);
});

test('the earlier revisions have no tasks, and without a session no question', async () => {
  const server = await mint();
  const { value } = await call(server.url, refund, { charge: 'ch_1', amount: 900 });
  assert.equal(value.approval.state, 'pending');
  const unknown = await legacy(server.url, 'tasks/get', { taskId: value.approval.id });
  assert.equal(unknown.body.error.code, -32601);
});

test('the search tools answer with the same task', async () => {
  const server = await mint({ listing: 'search' });
  const asked = await modern(server.url, 'tools/call', { name: 'write_stripe', arguments: { operation: refund,
    arguments: { charge: 'ch_1', amount: 900 } } }, tasks);
  const task = await taskOf(Promise.resolve(asked));
  assert.equal((await shown(server, task.taskId)).status, 'working');
});
