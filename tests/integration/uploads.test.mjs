// Files through a tool: base64 in, multipart out.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after }, (asked, response) =>
  json(response, 200, { id: 'file_1', object: 'file', size: Number(asked.headers['content-length']) }));
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'limits.body_bytes': 8 * 1024 * 1024 });
const { url } = await gateway.mint();
const name = 'create_a_stripe_file';
const purpose = 'dispute_evidence';
beforeEach(() => { upstream.requests.length = 0; });

test('a file of megabytes arrives whole, as one part between boundaries', async () => {
  const bytes = Buffer.from(randomBytes(2 * 1024 * 1024).toString('hex'));
  const done = await call(url, name, { file: bytes.toString('base64'), filename: 'Beleg für "März".pdf', purpose });
  assert.equal(done.isError, false);
  const [{ path, headers, body }] = upstream.requests;
  assert.equal(path, '/v1/files');
  assert.equal(Number(headers['content-length']), Buffer.byteLength(body));
  const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(headers['content-type'])[1];
  const parts = body.split(`--${boundary}`);
  assert.equal(parts.length, 4);
  const file = parts.find((part) => part.includes('name="file"'));
  assert.ok(file.includes('filename="Beleg für %22März%22.pdf"\r\nContent-Type: application/octet-stream\r\n\r\n'));
  assert.ok(file.endsWith(`\r\n\r\n${bytes}\r\n`));
  assert.ok(headers['idempotency-key']);
});

test('an explanation of an upload shows its parts and leaves out the file', async () => {
  const { account, id } = await gateway.mint();
  const file = Buffer.alloc(5000, 0x07);
  const told = await gateway.must('POST', `/integrated-account/${account}/mcp/${id}/explain`,
    { tool: name, arguments: { file: file.toString('base64'), purpose } });
  assert.equal(told.allowed, true);
  assert.match(told.request.body, /name="file"; filename="[^"]+"\r\nContent-Type: [a-z/-]+\r\n\r\n\(5000 bytes of the file\)\r\n--/);
  assert.ok(told.request.body.includes(`name="purpose"\r\n\r\n${purpose}\r\n`));
  assert.equal(String(told.request.body_bytes), told.request.headers['Content-Length']);
  assert.match(told.request.shortened, /bytes of the file/);
  assert.equal(upstream.requests.length, 0);
});

test('the same file in the URL alphabet and without padding is the same request', async () => {
  const bytes = Buffer.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0xfb, 0xff, 0xfe, 0x3f, 0x3e]);
  for (const alphabet of ['base64', 'base64url'])
    assert.equal((await call(url, name, { file: bytes.toString(alphabet), purpose })).isError, false);
  assert.equal(upstream.requests.length, 2);
  assert.equal(upstream.requests[0].body, upstream.requests[1].body);
  assert.match(upstream.requests[0].body, /filename="upload\.pdf"\r\nContent-Type: application\/pdf\r\n/);
});

test('what is no base64, no file or no name is refused with nothing sent', async () => {
  for (const [given, code, param] of [
    [{ file: 'data:application/pdf;base64,JVBERg==' }, 'invalid_value', 'file'],
    [{ file: '/home/ada/bill.pdf' }, 'invalid_value', 'file'],
    [{ file: 'YQ==\n' }, 'invalid_value', 'file'],
    [{ file: '' }, 'invalid_value', 'file'],
    [{ file: ['YQ=='] }, 'wrong_type', 'file'],
    [{}, 'missing_argument', 'file'],
    [{ file: 'YQ==', filename: '../a' }, 'invalid_value', 'filename'],
    [{ file: 'YQ==', filename: 'a\r\nX: y' }, 'invalid_value', 'filename'],
    [{ file: 'YQ==', name: 'a' }, 'unknown_argument', 'name']]) {
    const refused = await call(url, name, { purpose, ...given });
    assert.equal(refused.isError, true, JSON.stringify(given));
    assert.deepEqual([refused.value.error.code, refused.value.error.param], [code, param]);
  }
  assert.equal(upstream.requests.length, 0);
});
