// tollgate stdio under the official clients of both eras: calls, notifications, questions, a restart, kill -9, a revoke.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { after, test } from 'node:test';
import { Client as ClientTwo } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioTwo } from '@modelcontextprotocol/client/stdio';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioOne } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { makeCertificate } from '../support/certificate.mjs';
import { binary, cleanEnvironment, scratch, startGateway } from '../support/gateway.mjs';
import { unpack } from '../support/mcp.mjs';
import { until, within } from '../support/wait.mjs';

const info = { name: 'stdio', version: '1.0.0' };
const gateway = await startGateway({ after });

const started = (url) => ({ command: binary, args: ['stdio'], stderr: 'pipe', env: cleanEnvironment({ TOLLGATE_MCP_URL: url }) });
const clients = {
  'SDK 1.x': (options) => [new ClientOne(info, options), StdioOne],
  'SDK 2.x, legacy': (options) => [new ClientTwo(info, { versionNegotiation: { mode: 'legacy' }, ...options }), StdioTwo],
  'SDK 2.x, auto': (options) => [new ClientTwo(info, { versionNegotiation: { mode: 'auto' }, ...options }), StdioTwo],
  'SDK 2.x, pinned': (options) => [new ClientTwo(info, { versionNegotiation: { mode: { pin: '2026-07-28' } }, ...options }), StdioTwo],
};

// A connected client, with what the bridge wrote to standard error.
async function connect(t, name, url, options) {
  const [client, Transport] = clients[name](options);
  const transport = new Transport(started(url));
  const seen = { log: '' };
  transport.stderr?.on('data', (text) => { seen.log += text; });
  client.onerror = () => {};
  await within(20_000, 'connecting', client.connect(transport));
  t.after(() => client.close());
  return [client, transport, seen];
}

const read = (client, options) => client.callTool({ name: 'list_all_stripe_charges', arguments: { limit: 1 } },
  ...(client instanceof ClientOne ? [undefined, options] : [options]));

async function works(client) {
  assert.equal(unpack(await within(10_000, 'a call', read(client))).value.data.length, 1);
}

async function restart(how) {
  const listen = gateway.ports.mcp;
  await gateway[how]();
  await gateway.start({ 'server.listen': listen });
}

for (const name of Object.keys(clients)) {
  test(`${name}: calls, errors, a cancellation, a restart, kill -9, a revoke`, async (t) => {
    const server = await gateway.mint({});
    const [client, transport, seen] = await connect(t, name, server.url);
    assert.ok((await client.listTools()).tools.length > 5);
    for (let done = 0; done < 60; done += 20) await Promise.all(Array.from({ length: 20 }, () => works(client)));
    const wrong = unpack(await client.callTool({ name: 'list_all_stripe_charges', arguments: { limitt: 1 } }));
    assert.equal(wrong.isError, true);
    await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }), /no_such_tool/);
    const stop = new AbortController();
    const cancelled = read(client, { signal: stop.signal });
    stop.abort();
    await assert.rejects(cancelled);
    await works(client);

    // Lists are asked for while nobody listens: the bridge waits, the client does not notice.
    for (const how of ['stop', 'kill']) {
      const back = restart(how);
      const during = within(30_000, 'a list during the restart', client.listTools());
      await back;
      assert.ok((await during).tools.length > 5);
      await works(client);
    }

    const ended = new Promise((resolve) => { transport._process.on('exit', (code, signal) => resolve([code, signal])); });
    await gateway.must('DELETE', `/integrated-account/${server.account}/mcp/${server.id}`);
    await assert.rejects(within(10_000, 'a refusal', read(client)), /does not accept this MCP URL \(404: .*revoked/);
    assert.deepEqual(await within(10_000, 'the end', ended), [2, null]);
    assert.match(seen.log, /tollgate stdio: The gateway does not accept this MCP URL/);
    assert.ok(!seen.log.includes(new URL(server.url).pathname.split('/').pop()), seen.log);
  });
}

for (const name of ['SDK 1.x', 'SDK 2.x, legacy']) {
  test(`${name}: hears of changes, also after a restart`, async (t) => {
    const server = await gateway.mint({ config: { listing: 'full', tags: ['payments'] } });
    const [client] = await connect(t, name, server.url);
    let told = 0;
    const heard = () => { told += 1; };
    if (client instanceof ClientOne) client.setNotificationHandler(ToolListChangedNotificationSchema, heard);
    else client.setNotificationHandler('notifications/tools/list_changed', heard);
    let tags = 0;
    const changes = () => until('list_changed', async () => {
      const before = told;
      await gateway.must('PATCH', `/integrated-account/${server.account}/mcp/${server.id}`,
        { config: { listing: 'full', tags: [['disputes', 'payments'][tags++ % 2]] } });
      await until('a notification', () => told > before, 700).catch(() => {});
      return told > before;
    }, 30_000);
    await changes();
    await restart('kill');
    await changes();
    assert.ok((await client.listTools()).tools.length > 1);
  });
}

test('SDK 1.x: a question on the stream of a call reaches the person, and the answer the gateway', async (t) => {
  const server = await gateway.mint({ config: { confirm: 'write' } });
  const [client] = await connect(t, 'SDK 1.x', server.url, { capabilities: { elicitation: {} } });
  let asked = 0;
  client.setRequestHandler(ElicitRequestSchema, () => { asked += 1; return { action: 'decline' }; });
  const done = unpack(await client.callTool({ name: 'create_a_stripe_customer', arguments: { email: 'a@example.com' } }));
  assert.equal(done.value.error.code, 'declined');
  assert.equal(asked, 1);
});

// The bare program: { lines, log, end, send(), ended }.
function bare(t, url, env = {}) {
  const child = spawn(binary, ['stdio'], { env: cleanEnvironment({ TOLLGATE_MCP_URL: url, ...env }), stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => { if (child.exitCode === null) child.kill('SIGKILL'); });
  const out = { text: '', log: '', child,
    get messages() { return out.text.slice(0, out.text.lastIndexOf('\n') + 1).split('\n').filter(Boolean).map((line) => JSON.parse(line)); },
    send: (message) => child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`) };
  child.stdout.on('data', (text) => { out.text += text; });
  child.stderr.on('data', (text) => { out.log += text; });
  child.stdin.on('error', () => {});
  out.ended = new Promise((resolve) => { child.on('close', (code, signal) => resolve([code, signal])); });
  return out;
}
const list = (id) => ({ jsonrpc: '2.0', id, method: 'tools/list' });

test('the end of standard input waits for answers, then exits with 0', async (t) => {
  const server = await gateway.mint({});
  const run = bare(t, server.url);
  for (let id = 1; id <= 20; id += 1) run.send(list(id));
  run.child.stdin.end();
  assert.deepEqual(await within(20_000, 'the end', run.ended), [0, null]);
  assert.deepEqual(run.messages.map(({ id }) => id).sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i + 1));
  assert.equal(run.log, '');
});

test('ids, unknown members and the order of members pass as they are', async (t) => {
  const server = await gateway.mint({});
  const run = bare(t, server.url);
  run.send({ jsonrpc: '2.0', id: 'a"b\u{1F600}', method: 'ping', params: { unknown: 1 } });
  run.send('not json');
  run.send('');
  run.send('[]');
  await until('two errors and a result', () => run.messages.length === 3);
  run.child.stdin.end();
  assert.deepEqual(await run.ended, [0, null]);
  assert.ok(run.messages.some(({ id, result }) => id === 'a"b\u{1F600}' && result));
  assert.equal(run.messages.filter(({ id, error }) => id === null && error.code === -32700).length, 2);
});

test('SIGTERM and a client that has left end it at once, with 0', async (t) => {
  const server = await gateway.mint({});
  const run = bare(t, server.url);
  run.send(list(1));
  await until('an answer', () => run.messages.length === 1);
  run.child.kill('SIGTERM');
  assert.deepEqual(await within(5_000, 'the end', run.ended), [0, null]);
  const left = bare(t, server.url);
  left.send(list(1));
  await until('an answer', () => left.messages.length === 1);
  left.child.stdout.destroy();
  left.send(list(2));
  assert.deepEqual(await within(10_000, 'the end', left.ended), [0, null]);
});

test('a client that does not read does not keep it from ending', async (t) => {
  const server = await gateway.mint({ config: { listing: 'full' } });
  const run = bare(t, server.url);
  run.child.stdout.pause();
  for (let id = 1; id <= 50; id += 1) run.send(list(id));
  await new Promise((resolve) => { setTimeout(resolve, 500); });
  run.child.kill('SIGTERM');
  const exited = new Promise((resolve) => { run.child.on('exit', (code) => resolve(code)); });
  assert.equal(await within(10_000, 'the end', exited), 0);
});

test('a URL that was never valid is refused in the first answer', async (t) => {
  const run = bare(t, `${gateway.base}/mcp/tgm_${'0'.repeat(38)}`);
  run.send({ jsonrpc: '2.0', id: 7, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: info } });
  assert.deepEqual(await within(10_000, 'the end', run.ended), [2, null]);
  assert.equal(run.messages.length, 1);
  assert.equal(run.messages[0].id, 7);
  assert.match(run.messages[0].error.message, /^The gateway does not accept this MCP URL \(404: /);
  const none = bare(t, '');
  assert.deepEqual(await none.ended, [1, null]);
  assert.match(none.log, /the MCP URL is missing/);
  assert.equal(none.text, '');
});

test('over TLS, with a certificate that verifies', async (t) => {
  const { certificate, key } = makeCertificate(scratch(), 'stdio');
  const secure = await startGateway(t, { 'tls.certificate': certificate, 'tls.key': key });
  const { path } = await secure.mint({});
  const run = bare(t, `https://localhost:${secure.port}${path}`, { SSL_CERT_FILE: certificate });
  run.send(list(1));
  await until('an answer', () => run.messages.length === 1);
  assert.ok(run.messages[0].result.tools.length > 5);
  run.child.stdin.end();
  assert.deepEqual([await run.ended, run.log], [[0, null], '']);
  const strange = bare(t, `https://localhost:${secure.port}${path}`, { SSL_CERT_FILE: makeCertificate(scratch(), 'strange').certificate });
  strange.send(list(1));
  await until('a line in the log', () => strange.log.includes('the TLS handshake failed'));
  assert.equal(strange.text, '');
});

// A scripted MCP server of the 2025 revisions: `answer(request, response, message)` for each HTTP request.
async function scripted(t, answer) {
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => answer(request, response, body ? JSON.parse(body) : null));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.on('listening', resolve); });
  t.after(() => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }));
  return `http://127.0.0.1:${server.address().port}/mcp/test`;
}
const reply = (response, value, headers = {}, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
};
const hello = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: info } };

test('a session that is gone is begun again, and a stream is opened again with Last-Event-ID', async (t) => {
  const seen = [];
  let begun = 0;
  const url = await scripted(t, (request, response, message) => {
    const session = request.headers['mcp-session-id'];
    seen.push([request.method, message?.method, session, request.headers['last-event-id'], request.headers['mcp-protocol-version']]);
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 20\nid: e7\ndata: {"jsonrpc":"2.0",\ndata: "method":"notifications/message"}\n\n');
      if (!request.headers['last-event-id']) response.end();
      return;
    }
    if (message?.method === 'initialize') {
      begun += 1;
      reply(response, { jsonrpc: '2.0', id: message.id, result: { protocolVersion: '2025-06-18', capabilities: {} } }, { 'mcp-session-id': `s${begun}` });
    } else if (message?.id === undefined) {
      response.writeHead(202).end();
    } else if (session === 's1') {
      reply(response, { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'There is no such session.' } }, {}, 404);
    } else {
      reply(response, { jsonrpc: '2.0', id: message.id, result: { session } });
    }
  });
  const run = bare(t, url);
  run.send(hello);
  run.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  await until('a second stream', () => seen.some(([method, , , last]) => method === 'GET' && last === 'e7'));
  run.send(list(2));
  await until('the answer', () => run.messages.some(({ id }) => id === 2));
  assert.deepEqual(run.messages.find(({ id }) => id === 2).result, { session: 's2' });
  assert.equal(begun, 2);
  assert.equal(run.messages.filter(({ id }) => id === 1).length, 1);
  assert.ok(run.messages.some(({ method }) => method === 'notifications/message'));
  assert.ok(seen.slice(1).every(([, method, , , version]) => method === 'initialize' || version === '2025-06-18'), JSON.stringify(seen));
  run.child.stdin.end();
  assert.deepEqual(await within(10_000, 'the end', run.ended), [0, null]);
  assert.deepEqual(seen.at(-1).slice(0, 3), ['DELETE', undefined, 's2']);
});

test('what only reads is asked again after a loss; a call is not, and its answer says that it may have been executed', async (t) => {
  const times = {};
  const url = await scripted(t, (request, response, message) => {
    times[message.method] = (times[message.method] ?? 0) + 1;
    // The first of each is lost after it arrived; a half answer is a loss as well.
    if (times[message.method] > 1) return reply(response, { jsonrpc: '2.0', id: message.id, result: {} });
    if (message.method !== 'tools/list') return request.socket.destroy();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': half an ans');
    return setTimeout(() => request.socket.destroy(), 20);
  });
  const run = bare(t, url);
  run.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'create_a_stripe_refund', arguments: {} } });
  run.send(list(2));
  run.send({ jsonrpc: '2.0', id: 3, method: 'prompts/list' });
  await until('three answers', () => run.messages.length === 3);
  assert.deepEqual(times, { 'tools/call': 1, 'tools/list': 2, 'prompts/list': 2 });
  const by = Object.fromEntries(run.messages.map((one) => [one.id, one]));
  assert.match(by[1].error.message, /may have been executed/);
  assert.deepEqual([by[2].result, by[3].result], [{}, {}]);
  run.child.stdin.end();
  assert.deepEqual(await run.ended, [0, null]);
});

test('refusals that are no JSON-RPC become errors of their request: a proxy that is away, too many requests', async (t) => {
  const url = await scripted(t, (_, response, message) => {
    if (message.method === 'ping') reply(response, { title: 'Too many', detail: 'Wait a second.' }, {}, 429);
    else { response.writeHead(502, { 'content-type': 'text/html' }); response.end('<html>'); }
  });
  const run = bare(t, url);
  run.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
  run.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'x' } });
  await until('two errors', () => run.messages.length === 2);
  const by = Object.fromEntries(run.messages.map((one) => [one.id, one.error.message]));
  assert.equal(by[1], 'The gateway answered 429: Wait a second.');
  assert.match(by[2], /^The gateway answered 502\. It may have been executed: /);
  run.child.kill('SIGINT');
  assert.deepEqual(await within(5_000, 'the end', run.ended), [0, null]);
});

test('a call that is on its way when the URL is refused may have been executed, and is answered once', async (t) => {
  let held;
  const url = await scripted(t, (_, response, message) => {
    if (message.method === 'tools/call') { held = [response, message.id]; return; }
    reply(response, { title: 'Not found', detail: 'It was revoked.' }, {}, 404);
    setTimeout(() => reply(held[0], { jsonrpc: '2.0', id: held[1], result: {} }), 50);
  });
  const run = bare(t, url);
  run.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'create_a_stripe_refund', arguments: {} } });
  await until('the call', () => held);
  run.send(list(2));
  assert.deepEqual(await within(10_000, 'the end', run.ended), [2, null]);
  assert.deepEqual(run.messages.map(({ id }) => id).sort(), [1, 2]);
  const by = Object.fromEntries(run.messages.map((one) => [one.id, one.error.message]));
  assert.match(by[1], /may have been executed/);
  assert.match(by[2], /does not accept this MCP URL \(404: It was revoked\.\)/);
});

test('a session is begun again once, even if the gateway is still starting; meanwhile requests wait', async (t) => {
  let begun = 0;
  let late = 0;
  const url = await scripted(t, (request, response, message) => {
    const session = request.headers['mcp-session-id'];
    if (request.method !== 'POST') return response.writeHead(405).end();
    if (message.id === undefined && message.method !== 'initialize') return response.writeHead(202).end();
    if (message.method === 'initialize') {
      begun += 1;
      if (begun === 2) return reply(response, { title: 'Starting', detail: 'In a moment.' }, {}, 503);
      const answer = () => reply(response, { jsonrpc: '2.0', id: message.id ?? null, result: { protocolVersion: '2025-06-18', capabilities: {} } }, { 'mcp-session-id': `s${begun}` });
      return begun === 1 ? answer() : setTimeout(answer, 300);
    }
    if (session === 's3') return reply(response, { jsonrpc: '2.0', id: message.id, result: { session } });
    // The second is answered after the first has begun to renew the session.
    late += 1;
    return setTimeout(() => reply(response, { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'There is no such session.' } }, {}, 404), late === 1 ? 0 : 100);
  });
  const run = bare(t, url);
  run.send(hello);
  await until('the session', () => run.messages.length === 1);
  for (let id = 2; id <= 5; id += 1) run.send(list(id));
  await until('four answers', () => run.messages.length === 5);
  for (const { result } of run.messages.slice(1)) assert.deepEqual(result, { session: 's3' }, JSON.stringify(run.messages));
  assert.equal(begun, 3);
  run.child.stdin.end();
  assert.deepEqual(await within(10_000, 'the end', run.ended), [0, null]);
});

test('a suspended URL refuses its requests, and works again when it is resumed', async (t) => {
  const server = await gateway.mint({});
  const run = bare(t, server.url);
  const path = `/integrated-account/${server.account}/mcp/${server.id}/suspend`;
  await gateway.must('POST', path, {});
  run.send(list(1));
  await until('a refusal', () => run.messages.length === 1);
  assert.match(run.messages[0].error.message, /^The gateway answered 403|suspended/);
  await gateway.must('DELETE', path);
  run.send(list(2));
  await until('an answer', () => run.messages.length === 2);
  assert.ok(run.messages[1].result.tools.length > 5);
  run.child.stdin.end();
  assert.deepEqual(await within(10_000, 'the end', run.ended), [0, null]);
});

test('a URL that also asks for a key is said to be one, not to be revoked', async (t) => {
  const url = await scripted(t, (_, response) => reply(response, { title: 'Unauthorized', detail: 'Give a key.' }, {}, 401));
  const run = bare(t, url);
  run.send(list(1));
  assert.deepEqual(await within(10_000, 'the end', run.ended), [2, null]);
  assert.match(run.messages[0].error.message, /\(401: Give a key\.\)\. It also asks for an API key/);
});
