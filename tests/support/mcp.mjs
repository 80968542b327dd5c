// JSON-RPC over HTTP as it is on the wire, for tests that look at the wire itself.
import assert from 'node:assert/strict';
import { request } from './http.mjs';

export const modernVersion = '2026-07-28';
const prefix = 'io.modelcontextprotocol/';
let nextId = 1;

// One legacy message: { status, headers, text, body }.
export function legacy(url, method, params, { headers = {}, id = nextId++ } = {}) {
  return post(url, { jsonrpc: '2.0', ...(id !== null && { id }), method, ...(params && { params }) }, headers);
}

// One message of the stateless revision, with the headers and _meta it needs.
export function modern(url, method, params = {}, { headers = {}, id = nextId++, meta = {} } = {}) {
  const full = { ...params, _meta: { [prefix + 'protocolVersion']: modernVersion,
    [prefix + 'clientCapabilities']: {}, ...meta, ...params._meta } };
  const about = params.name ?? params.taskId;
  const named = about ? { 'mcp-name': about } : {};
  return post(url, { jsonrpc: '2.0', id, method, params: full },
    { 'mcp-protocol-version': modernVersion, 'mcp-method': method, ...named, ...headers });
}

// Posts `message`, a value or the text itself.
export function post(url, message, headers = {}) {
  return request(url, { method: 'POST',
    body: typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers } });
}

// A tools/call that must be answered by a result: { result, value, headers, isError }, where `value`
// is the JSON of its one text.
export async function call(url, name, args = {}, { operationKey, ...options } = {}) {
  const params = { name, arguments: args,
    ...(operationKey && { _meta: { 'tollgate/operationKey': operationKey } }) };
  const answer = await legacy(url, 'tools/call', params, options);
  assert.equal(answer.status, 200, answer.text);
  assert.ok(answer.body.result, answer.text);
  return unpack(answer.body.result, answer.headers);
}

// A CallToolResult of any client, with its text parsed.
export function unpack(result, headers = {}) {
  assert.equal(result.content.length, 1);
  assert.equal(result.content[0].type, 'text');
  return { result, headers, isError: result.isError === true, value: JSON.parse(result.content[0].text) };
}

export async function toolNames(url) {
  const answer = await legacy(url, 'tools/list');
  assert.equal(answer.status, 200, answer.text);
  return answer.body.result.tools.map((tool) => tool.name);
}
