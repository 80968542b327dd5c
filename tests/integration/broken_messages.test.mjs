// Broken messages and the exact answers to them: status, code, words and id, and the connection goes on afterwards.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { resolve } from 'node:path';
import { after, test } from 'node:test';
import { root, startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';

const corpus = JSON.parse(readFileSync(resolve(root, 'tests/fixtures/broken_messages.json'), 'utf8'));
const gateway = await startGateway({ after });
const { url } = await gateway.mint({ config: { methods: ['read'] } });
// One connection for all of them, so that an answer that is cut or too long is seen by the next one.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
after(() => agent.destroy());

const send = (body, headers = {}) => request(url, { method: 'POST', body, agent,
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers } });
const bytes = (one) => (one.body_base64 ? Buffer.from(one.body_base64, 'base64') : one.body);

for (const one of corpus) {
  test(`${one.what}: HTTP ${one.status}`, async () => {
    const got = await send(bytes(one), one.headers);
    assert.equal(got.status, one.status, got.text);
    assert.deepEqual(got.body ?? null, one.answer, got.text);
    if (one.answer) assert.equal(got.headers['content-type'], 'application/json');
  });
}

test('all of them came over one connection, which still serves', async () => {
  const got = await send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }));
  assert.deepEqual(got.body, { jsonrpc: '2.0', id: 1, result: {} });
  assert.equal(agent.totalSocketCount, 1);
});
