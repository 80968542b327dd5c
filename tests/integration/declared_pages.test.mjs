// Pages of a service's lists: pagination in declarations, one page a call, and services that lie about the next one.
import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { call, legacy } from '../support/mcp.mjs';
import { json, startUpstream } from '../support/upstream.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const service = await startUpstream({ after });
const elsewhere = await startUpstream({ after });
const host = `127.0.0.1:${service.port}`;
const gateway = await startGateway({ after }, { 'declarations.hosts': `private+http://${host}` });
afterEach(() => { service.requests.length = 0; });

const document = (pagination, base = `http://${host}/v2`) => `version: "1.0"
service: {name: Jobs, description: Batch jobs, base_url: "${base}"}
capabilities:
  - name: list_jobs
    description: List jobs, newest first
    method: GET
    path: /jobs
    permission: read
    inputs:
      state: {type: string}
      limit: {type: integer}
    ${pagination}
permissions: {read: [list_jobs]}
`;
async function declared(pagination, config = {}) {
  const account = (await gateway.must('POST', '/integrated-account', { name: 'Jobs', credential: 'credential-of-jobs', mode: 'test',
    service: { base_url: `http://${host}/v2`, auth: 'bearer' } })).id;
  await gateway.must('PUT', `/integrated-account/${account}/declarations`, { document: document(pagination) });
  return gateway.mint({ account, config });
}
const asked = () => service.requests.map((one) => one.path);
const cursorStyle = 'pagination: {style: cursor, parameter: after, next: /meta/next}';
const list = async (server, args = {}) => (await call(server.url, 'list_jobs', args)).value;

test('cursor: the next page is asked with what the answer named, until it names none', async () => {
  const server = await declared(cursorStyle);
  const pages = { undefined: { jobs: [1], meta: { next: 'c/2 &x=1' } }, 'c/2 &x=1': { jobs: [2], meta: { next: 3 } }, 3: { jobs: [3], meta: { next: null } } };
  service.script = (request, response) => json(response, 200, pages[new URL(request.url, 'http://x').searchParams.get('after') ?? 'undefined']);
  const first = await list(server, { state: 'done', limit: 1 });
  assert.match(first.next_cursor, /^tgc_/);
  assert.ok(!first.next_cursor.includes('c/2'));
  const second = await list(server, { limit: 1, state: 'done', next_cursor: first.next_cursor });
  const third = await list(server, { state: 'done', limit: 1, next_cursor: second.next_cursor });
  assert.deepEqual([first.jobs, second.jobs, third.jobs, third.next_cursor], [[1], [2], [3], null]);
  assert.deepEqual(asked(), ['/v2/jobs?state=done&limit=1', '/v2/jobs?state=done&limit=1&after=c%2F2%20%26x%3D1', '/v2/jobs?state=done&limit=1&after=3']);
  const tool = (await legacy(server.url, 'tools/list', {})).body.result.tools[0];
  assert.equal(tool.inputSchema.properties.next_cursor.type, 'string');
});

test('cursor: it is of one call, one account and one tool only, and cannot be made up', async () => {
  const [server, other] = [await declared(cursorStyle), await declared(cursorStyle)];
  service.script = (request, response) => json(response, 200, { jobs: [1], meta: { next: 'b' } });
  const { next_cursor } = await list(server, { state: 'done' });
  service.requests.length = 0;
  for (const [to, args] of [[server, { state: 'queued', next_cursor }], [other, { state: 'done', next_cursor }], [server, { state: 'done', next_cursor: 'b' }],
    [server, { state: 'done', next_cursor: next_cursor.slice(0, -2) + 'xx' }], [server, { state: 'done', next_cursor: 7 }]]) {
    const refused = await call(to.url, 'list_jobs', args);
    assert.equal(refused.isError, true, JSON.stringify(refused.value));
  }
  assert.deepEqual(asked(), []);
});

test('cursor: what is not a cursor, and the same one again, is not followed and said', async () => {
  const server = await declared(cursorStyle);
  for (const next of [true, {}, ['a'], 1.5, 'x'.repeat(1_001)]) {
    service.script = (request, response) => json(response, 200, { jobs: [1], meta: { next } });
    const page = await list(server);
    assert.equal(page.next_cursor, null);
    assert.match(page.notes.join(), /not a cursor/, JSON.stringify(next));
  }
  for (const next of [false, '', null, undefined]) {
    service.script = (request, response) => json(response, 200, { jobs: [1], meta: { next } });
    const page = await list(server);
    assert.deepEqual([page.next_cursor, page.notes], [null, undefined]);
  }
  service.script = (request, response) => json(response, 200, { jobs: [1], meta: { next: 'same' } });
  const again = await list(server, { next_cursor: (await list(server)).next_cursor });
  assert.equal(again.next_cursor, null);
  assert.match(again.notes.join(), /same page/);
});

test('page and offset: counted until the list is empty', async () => {
  const rows = (request, response) => {
    const at = Number(new URL(request.url, 'http://x').searchParams.get('p') ?? 0);
    json(response, 200, { found: { jobs: at < 4 ? [at, at] : [] } });
  };
  service.script = rows;
  const pages = await declared('pagination: {style: page, parameter: p, items: /found/jobs, first: 0}');
  const one = await list(pages);
  const two = await list(pages, { next_cursor: one.next_cursor });
  assert.ok(two.next_cursor);
  const offsets = await declared('pagination: {style: offset, parameter: p, items: /found/jobs}');
  const from2 = await list(offsets, { next_cursor: (await list(offsets)).next_cursor });
  const last = await list(offsets, { next_cursor: from2.next_cursor });
  assert.equal(last.next_cursor, null);
  assert.deepEqual(asked(), ['/v2/jobs', '/v2/jobs?p=1', '/v2/jobs', '/v2/jobs?p=2', '/v2/jobs?p=4']);
  service.script = (request, response) => json(response, 200, { found: 'nothing' });
  assert.match((await list(offsets)).notes.join(), /no list where the declarations say/);
  const bare = await declared('pagination: {style: page, parameter: p}');
  service.script = (request, response) => json(response, 200, [1, 2]);
  const array = await list(bare);
  assert.deepEqual(array.data, [1, 2]);
  await list(bare, { next_cursor: array.next_cursor });
  assert.equal(asked().at(-1), '/v2/jobs?p=2');
});

test('link: only to the same path of the same host, and nothing else is dialled', async () => {
  const server = await declared('pagination: {style: link}');
  const linked = (link) => { service.script = (request, response) => json(response, 200, { jobs: [] }, link === undefined ? {} : { link }); };
  for (const address of ['/v2/jobs?page=2&limit=1', '?page=2&limit=1', `http://${host}/v2/jobs?page=2&limit=1`]) {
    linked(`<${address}>; rel="next", </v2/jobs?page=9>; rel="last"`);
    const page = await list(server, { limit: 1 });
    assert.ok(page.next_cursor, JSON.stringify(page));
    linked(undefined);
    assert.equal((await list(server, { limit: 1, next_cursor: page.next_cursor })).next_cursor, null);
    assert.equal(asked().at(-1), '/v2/jobs?page=2&limit=1');
  }
  for (const address of [`http://127.0.0.1:${elsewhere.port}/v2/jobs?page=2`, `//127.0.0.1:${elsewhere.port}/v2/jobs?page=2`, `https://${host}/v2/jobs?page=2`,
    '/v2/jobs/../secrets?page=2', '/v2/other?page=2', `http://${host}@127.0.0.1:${elsewhere.port}/v2/jobs?page=2`, '/v2/jobs', '/v2/jobs?',
    '/v2/jobs?a=b#c', '/v2/jobs?a=%0d b', `/v2/jobs?${'x'.repeat(2_001)}`, 'jobs?page=2', `http://${host}/v2/jobs/?page=2`]) {
    linked(`<${address}>; rel=next`);
    const page = await list(server);
    assert.equal(page.next_cursor, null, address);
    assert.match(page.notes.join(), /another address/, address);
  }
  for (const header of ['</v2/jobs?page=2>; rel="prev"', '</v2/jobs?page=2', 'next', '</v2/jobs?page=2>; title="rel=next"']) {
    linked(header);
    const page = await list(server);
    assert.deepEqual([page.next_cursor, page.notes], [null, undefined], header);
  }
  assert.equal(elsewhere.requests.length, 0);
  assert.ok(asked().every((path) => path.startsWith('/v2/jobs')));
});

test('link: the next page is found wherever a service may name it', async () => {
  const server = await declared('pagination: {style: link}');
  const next = '/v2/jobs?page=2';
  for (const link of [[`</v2/jobs?page=9>; rel="last"`, `<${next}>; rel="next"`], `</v2/jobs?page=9>; rel="last",\t <${next}>; rel="next"`, `<${next}>; rel="next last"`,
    `<${next}>; rel=NEXT`, `</v2/jobs?page=9>; title="a, b; rel=next"; rel="last" , <${next}> ; rel="item next"`]) {
    service.script = (request, response) => json(response, 200, { jobs: [] }, { link });
    const page = await list(server);
    await list(server, { next_cursor: page.next_cursor });
    assert.equal(asked().at(-1), next, String(link));
  }
});

test('a member next_cursor of the service itself gives way to the one of the gateway', async () => {
  const server = await declared('pagination: {style: cursor, parameter: after, next: /next_cursor}');
  service.script = (request, response) => json(response, 200, { next_cursor: 'abc', jobs: [{ next_cursor: 'kept' }] });
  const answer = (await call(server.url, 'list_jobs', {})).result.content[0].text;
  assert.equal(answer.match(/"next_cursor"/g).length, 2, answer);
  const page = JSON.parse(answer);
  assert.match(page.next_cursor, /^tgc_/);
  assert.equal(page.jobs[0].next_cursor, 'kept');
  await list(server, { next_cursor: page.next_cursor });
  assert.equal(asked().at(-1), '/v2/jobs?after=abc');
});

test('a cursor of one kind of pages is not one of another: what it names is never sent as a query', async () => {
  const server = await declared(cursorStyle);
  service.script = (request, response) => json(response, 200, { jobs: [1], meta: { next: 'a HTTP/1.1\r\nx: y' } });
  const { next_cursor } = await list(server);
  for (const pagination of ['pagination: {style: link}', 'pagination: {style: cursor, parameter: since, next: /meta/next}']) {
    await gateway.must('PUT', `/integrated-account/${server.account}/declarations`, { document: document(pagination) });
    service.requests.length = 0;
    const refused = await call(server.url, 'list_jobs', { next_cursor });
    assert.equal(refused.isError, true, JSON.stringify(refused.value));
    assert.deepEqual(asked(), []);
  }
});

test('a page that had to be cut gives no cursor: nothing is skipped unseen', async () => {
  const server = await declared(cursorStyle, { result_tokens_max: 1_000 });
  service.script = (request, response) => json(response, 200, { jobs: Array.from({ length: 9_000 }, (_, i) => ({ i, text: 'word' })), meta: { next: 'b' } });
  const page = await list(server);
  assert.equal(page.next_cursor, null);
  assert.match(page.notes.join(), /Ask for fewer rows/);
});

test('validate: what pagination cannot mean is a mistake with its line', () => {
  const file = join(scratch(), 'pages.yaml');
  const problems = (pagination, change = (text) => text) => {
    writeFileSync(file, change(document(pagination, 'https://jobs.example.com/v2')));
    const done = runBinary(['validate', file]);
    return done.status === 0 ? done.stdout : done.stderr;
  };
  assert.match(problems(cursorStyle), /^valid/);
  for (const [pagination, said] of [['pagination: {style: pages}', /style/], ['pagination: {style: cursor, next: /a}', /parameter/], ['pagination: {style: cursor, parameter: a}', /next/],
    ['pagination: {style: cursor, parameter: a, next: meta.next}', /JSON pointer/], ['pagination: {style: link, parameter: a}', /remove this line/],
    ['pagination: {style: page, parameter: limit}', /cannot be an input, too/], ['pagination: {style: offset, parameter: a, first: 1}', /remove this line/]])
    assert.match(problems(pagination), said);
  assert.match(problems('pagination: {style: link}', (text) => text.replace('method: GET', 'method: POST')), /only a GET has pages/);
  assert.match(problems('pagination: {style: link}', (text) => text.replace('      state:', '      next_cursor:')), /argument of the gateway/);
  assert.match(problems('pagination: {style: link}', (text) => text.replace('https://jobs.example.com/v2', 'https://api.stripe.com/v1').replace('/jobs', '/charges').replace(/ {6}state.*\n/, '')),
    /have pages and next_cursor already/);
});
