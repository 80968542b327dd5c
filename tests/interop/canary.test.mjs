// A busy session with marked secrets; afterwards no secret is anywhere but where it belongs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startGateway } from '../support/gateway.mjs';
import { RawConnection, request } from '../support/http.mjs';
import { legacy, modern, post } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const card = '4242424242424242';
const stripeKey = ['rk', 'test', 'CANARYstripe00000000000001'].join('_');
const otherKey = ['sk', 'test', 'CANARYstripe00000000000002'].join('_');
const masterKey = randomBytes(32).toString('hex');
// One Stripe that quotes the key and the card back in its errors, as Stripe does with keys.
const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'log.level': 'debug',
  'stripe.answer_timeout': 400 }, { TOLLGATE_VAULT_MASTER_KEY: masterKey });
const secrets = { stripeKey, otherKey, masterKey, card, apiKey: gateway.apiKey };
const answers = []; // [what, text] of every answer but the creations that show a secret once

function keep(what, answer) {
  answers.push([what, answer.text + '\n' + answer.rawHeaders.join('\n')]);
  return answer;
}

// Creations: their secret is collected; everything else about the answer is kept.
function collect(name, what, answer, member) {
  assert.ok(answer.status < 300, answer.text);
  const value = answer.body[member];
  const secret = member === 'url' ? value.split('/').pop() : value;
  secrets[name] = secret;
  keep(what, { ...answer, text: answer.text.replaceAll(secret, '') });
  return value;
}

async function administer() {
  const account = keep('connect', await gateway.admin('POST', '/integrated-account', { name: 'C', credential: stripeKey }));
  const at = `/integrated-account/${account.body.id}`;
  keep('patch account', await gateway.admin('PATCH', at, { credential: otherKey }));
  keep('patch back', await gateway.admin('PATCH', at, { credential: stripeKey }));
  keep('bad credential', await gateway.admin('POST', '/integrated-account', { name: 'C', credential: `${stripeKey}!` }));
  keep('unknown member', await gateway.admin('POST', '/integrated-account', { name: 'C', credentail: stripeKey }));
  keep('broken JSON', await gateway.admin('POST', '/integrated-account', `{"credential":"${stripeKey}`));
  const url = collect('token', 'mint', await gateway.admin('POST', `${at}/mcp`, { name: 'm' }), 'url');
  const made = (await gateway.must('GET', `${at}/mcp`)).result[0].id;
  const rotated = collect('rotated', 'rotate',
    await gateway.admin('POST', `${at}/mcp/${made}/rotate`, { overlap_seconds: 600 }), 'url');
  const strict = collect('strict', 'mint strict', await gateway.admin('POST', `${at}/mcp`,
    { name: 's', config: { require_api_token_auth: true } }), 'url');
  collect('viewer', 'key', await gateway.admin('POST', '/api-key', { name: 'v', role: 'viewer' }), 'key');
  for (const path of [at, '/integrated-account', `${at}/mcp`, `${at}/mcp/${made}`, '/api-key', '/team', `${at}/tools`])
    keep(path, await gateway.admin('GET', path));
  keep('revoke', await gateway.admin('DELETE', `${at}/mcp/${made}x`));
  return { at, url, rotated, strict };
}

async function callTools({ url, rotated, strict }) {
  const one = (name, args) => ({ name, arguments: args });
  const scripts = [
    (asked, response) => json(response, 200, { object: 'list', data: [], has_more: false }),
    (asked, response) => json(response, 403, { error: { message: `The provided key '${stripeKey}' does not have access` } }),
    (asked, response) => json(response, 429, { error: { message: 'slow' } }),
    (asked, response) => { response.writeHead(500, { 'content-type': 'text/html' }); response.end(`<p>${stripeKey}`); },
    (asked) => asked.socket.destroy(),
    () => {},
    // Last: nothing is sent for the account after it.
    (asked, response) => json(response, 401, { error: { message: `Invalid API Key provided: ${stripeKey}` } }),
  ];
  for (const script of scripts) {
    upstream.script = script;
    keep('read', await legacy(url, 'tools/call', one('list_all_stripe_charges', {})));
    keep('write', await modern(rotated, 'tools/call', one('create_a_stripe_customer', { description: 'x' })));
  }
  keep('card in an unknown argument', await legacy(url, 'tools/call', one('list_all_stripe_charges', { card_number: card })));
  keep('strict without', await legacy(strict, 'tools/list'));
  keep('strict with', await legacy(strict, 'ping', {}, { headers: { authorization: `Bearer ${secrets.viewer}` } }));
  keep('token as bearer', await post(`${gateway.base}/mcp`, { jsonrpc: '2.0', id: 1, method: 'ping' },
    { authorization: `Bearer ${secrets.token}` }));
}

// The same secrets where nobody expects them: paths, queries, headers, broken requests.
async function misplace({ url }) {
  const { token } = secrets;
  const paths = [`/.well-known/oauth-protected-resource/mcp/${token}`, `/mcp/${token}/`, `/mcp/${token}/x`, `/x/${token}`,
    `/mcp?token=${token}`, `/integrated-account?cursor=${token}`, `/integrated-account/${stripeKey}`, `/${secrets.apiKey}`,
    `/mcp/${token}x`, `/mcp/${secrets.apiKey}`, `/mcp/${card}`];
  for (const path of paths)
    keep(path.split(/[/?]/)[1], await request(gateway.base + path, { headers: { authorization: `Bearer ${secrets.apiKey}` } }));
  keep('origin', await legacy(url, 'ping', {}, { headers: { origin: `https://${token}.example` } }));
  const headers = { referer: url, 'x-forwarded-for': stripeKey, 'user-agent': secrets.apiKey,
    cookie: `k=${stripeKey}`, 'mcp-protocol-version': token };
  for (const [name, value] of Object.entries(headers))
    keep(`header ${name}`, await legacy(url, 'ping', {}, { headers: { [name]: value } }));
  keep('host', await request(gateway.base + '/healthz', { headers: { host: `${token}.example` } }));
  for (const [body, method] of [[`{"${stripeKey}`, 'x'], [JSON.stringify({ jsonrpc: '2.0', id: 1, method: stripeKey }), 'y'],
    [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: stripeKey } }), 'z']])
    await post(url, body, { 'x-what': method }); // what the caller sent itself may come back to it
  for (const text of [`GET /mcp/${token} HTTP/1.1\r\nHost: a\r\nHost: ${stripeKey}\r\n\r\n`,
    `GET /mcp/${token} HTTP/9.9\r\n\r\n`, `${secrets.apiKey} ${stripeKey}\r\n\r\n`,
    `POST /mcp/${token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: -${card}\r\n\r\n`,
    `GET /mcp/${token}?${'a'.repeat(40_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`]) {
    const raw = await RawConnection.open(gateway.port);
    answers.push(['raw', await raw.send(text).whole()]);
  }
}

function files(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(directory, entry.name)) : [join(directory, entry.name)]);
}

function assertClean(what, text, names = Object.keys(secrets)) {
  for (const name of names)
    assert.ok(!text.includes(secrets[name]), `${name} appears in ${what}: ${text.slice(
      Math.max(0, text.indexOf(secrets[name]) - 80), text.indexOf(secrets[name]) + 20)}`);
}

test('after a busy session with marked secrets none is found where it does not belong', async () => {
  const made = await administer();
  const client = new Client({ name: 'canary', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(made.rotated)));
  await client.listTools();
  await client.close();
  await callTools(made);
  await misplace(made);
  keep('metrics', await request(gateway.base + '/metrics'));
  // Database and write-ahead log while running, then again after a clean stop.
  const stored = () => files(gateway.directory).filter((file) => !/ports-|pepper\.key$/.test(file))
    .map((file) => [file, readFileSync(file).toString('latin1')]);
  const running = stored();
  assert.ok(running.some(([file]) => file.endsWith('.db')) && running.some(([file]) => file.endsWith('.db-wal')));
  const pepper = readFileSync(join(gateway.data, 'pepper.key'), 'latin1').trim();
  assert.ok(pepper.length >= 32);
  secrets.pepper = pepper;
  assert.ok(!existsSync(join(gateway.data, 'master.key')), 'a master key file beside the configured one');
  await gateway.stop();
  const first = gateway.apiKey;
  assertClean('standard output', gateway.stdout.replace(`API key (shown once): ${first}`, ''));
  assertClean('standard error', gateway.stderr);
  assert.ok(gateway.log.length > 1000, 'nothing was logged');
  for (const [file, text] of [...running, ...stored()]) assertClean(file, text);
  assert.ok(answers.length > 50, `${answers.length} answers`);
  for (const [what, text] of answers) assertClean(`the answer to ${what}`, text);
});

test('the data directory and its keys are readable by their owner only', () => {
  const modes = execFileSync('find', [gateway.data, '-type', 'f', '-printf', '%m %f\n'], { encoding: 'utf8' });
  for (const line of modes.trim().split('\n')) assert.match(line, /^600 /, line);
});
