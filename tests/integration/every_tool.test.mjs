// Every tool of the gateway, called once with every argument, against the sandbox in strict mode. What
// arrives there is decoded here, by Node's own parsers, and compared with what was asked for.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { everyArgument, flatten, readTools } from '../support/facts.mjs';
import { startGateway } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';
import { startUpstream, upstreamSettings } from '../support/upstream.mjs';

const key = 'sk_test_sandbox_every_tool';
const sandbox = await startGateway({ after }, { 'sandbox.strict': true }, {}, 'sandbox');
const simulating = await startGateway({ after }, {}, {}, 'sandbox');
const agent = new http.Agent({ keepAlive: true });
after(() => agent.destroy());

// Passes a request on to the sandbox, and notes what it answered.
function passOn(asked, response, body) {
  const { path, method, headers } = { path: asked.url, method: asked.method, headers: asked.headers };
  const passed = http.request(`http://${sandbox.ports.sandbox}`, { path, method, headers, agent }, (answer) => {
    const parts = [];
    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => {
      const whole = Buffer.concat(parts);
      upstream.requests.at(-1).answer = { status: answer.statusCode, text: whole.toString('utf8') };
      response.writeHead(answer.statusCode, answer.headers);
      response.end(whole);
    });
  });
  passed.end(body);
}

const upstream = await startUpstream({ after }, passOn);
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect({ credential: key })).id;
// Raw, so that nothing is asked for that the call does not name: shaped answers of invoices and payment links expand a field.
const { url } = await gateway.mint({ account, config: { listing: 'full', results: 'raw' } });
const listed = (await legacy(url, 'tools/list')).body.result.tools;
const tools = readTools();

function multipartOf(sent) {
  const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(sent.headers['content-type'])[1];
  const parts = sent.body.split(`--${boundary}`);
  assert.equal(parts.shift(), '');
  assert.equal(parts.pop(), '--\r\n');
  return parts.map((part) => {
    const [, head, content] = /^\r\n([^]*?)\r\n\r\n([^]*)\r\n$/.exec(part);
    return [/ name="([^"]*)"/.exec(head)[1], content];
  }).sort();
}

// The values of the path, by position.
function pathOf(tool, pathname) {
  const template = tool.fact.path.split('/');
  const segments = pathname.split('/').map(decodeURIComponent);
  assert.equal(segments.length, template.length);
  return segments.filter((segment, i) => {
    if (template[i].startsWith('{')) return true;
    assert.equal(segment, template[i]);
    return false;
  });
}

function checkSent(tool, asked, sent) {
  assert.equal(sent.method, tool.fact.method);
  assert.equal(sent.headers.authorization, `Bearer ${key}`);
  const { pathname, search } = new URL(sent.path, upstream.base);
  assert.deepEqual(pathOf(tool, pathname), tool.pathArguments.map((name) => asked[name]));
  const parameters = Object.fromEntries(Object.entries(asked).filter(([name]) => !tool.pathArguments.includes(name)));
  if (tool.fact.method !== 'POST') {
    assert.deepEqual([...new URLSearchParams(search)].sort(), flatten(parameters));
    assert.equal(sent.body, '');
    return;
  }
  assert.equal(search, '');
  assert.ok(sent.headers['idempotency-key']);
  if (tool.fact.enc === 'json') {
    assert.equal(sent.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(sent.body), parameters);
  } else if (tool.fact.enc === 'multipart') {
    const file = Buffer.from(parameters.file, 'base64').toString('utf8');
    assert.deepEqual(multipartOf(sent), flatten({ ...parameters, file }));
  } else {
    assert.equal(sent.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual([...new URLSearchParams(sent.body)].sort(), flatten(parameters));
  }
}

// An error about a parameter's name or type; one about the state of the account is no matter here.
function blamesParameter({ status, text }) {
  if (status < 400) return false;
  const { code = '', message = '' } = JSON.parse(text).error;
  return status >= 500 || /^(parameter_unknown|parameter_missing|parameter_invalid|invalid_fields|sandbox_not_supported)/.test(code) ||
    /^(Received unknown|Missing required|Invalid (request|object|array|string|integer|decimal|boolean))/.test(message);
}

test('every tool is in the golden list, and the other way round', () => {
  const hidden = [...tools.keys()].filter((name) => !listed.some((tool) => tool.name === name));
  // What hands out a credential is no tool.
  assert.deepEqual(hidden, ['create_a_stripe_terminal_connection_token', 'create_a_stripe_v2_billing_meter_event_session']);
  assert.deepEqual(listed.filter((tool) => !tools.has(tool.name)).map((tool) => tool.name), ['get_receipt']);
});

// True when the sandbox has this operation without strict mode, and so with a state of its own.
async function isSimulated({ method, path, headers, body }) {
  const answer = await fetch(`http://${simulating.ports.sandbox}${path}`, { method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': headers['content-type'] }) },
    ...(body && { body }) });
  return (await answer.json()).error?.code !== 'sandbox_not_supported';
}

test('every tool reaches Stripe once, with exactly the arguments it was given', async () => {
  let values = 0;
  let refused = 0;
  for (const { name, inputSchema } of listed.filter((one) => tools.has(one.name))) {
    const tool = tools.get(name);
    const asked = everyArgument(tool, inputSchema.properties);
    upstream.requests.length = 0;
    const answer = await legacy(url, 'tools/call', { name, arguments: asked });
    assert.ok(answer.body.result, `${name}: ${answer.text}`);
    assert.equal(upstream.requests.length, 1, `${name}: ${answer.text}`);
    const [sent] = upstream.requests;
    assert.doesNotThrow(() => checkSent(tool, asked, sent), name);
    assert.equal(blamesParameter(sent.answer), false, `${name}: ${sent.answer.text}`);
    assert.equal(answer.body.result.isError === true, sent.answer.status >= 400, name);
    if (sent.answer.status >= 400) {
      assert.ok(await isSimulated(sent), `${name}: ${sent.answer.text}`);
      ++refused;
    }
    values += flatten(asked).length;
  }
  console.log(`${listed.length} tools, ${values} values, ${refused} refused for the state of the sandbox`);
  assert.ok(values > 12_000 && refused < 150);
});

test('the PDF of a quote is an embedded resource', async () => {
  const answer = await legacy(url, 'tools/call', { name: 'get_single_stripe_quote_pdf_by_id', arguments: { id: 'qt_1' } });
  const [text, attached] = answer.body.result.content;
  assert.match(text.text, /^A PDF of \d+ bytes is attached as the resource stripe:\/\/quotes\/qt_1\/pdf\.$/);
  assert.equal(attached.type, 'resource');
  assert.equal(attached.resource.uri, 'stripe://quotes/qt_1/pdf');
  assert.equal(attached.resource.mimeType, 'application/pdf');
  assert.match(Buffer.from(attached.resource.blob, 'base64').toString(), /^%PDF-[^]*%%EOF\n$/);
});

test('a v2 call of a restricted key is sent, and the answer is the upstream\'s', async () => {
  const restricted = await gateway.mint({ account: (await gateway.connect()).id, config: { listing: 'full' } });
  upstream.requests.length = 0;
  const answer = await legacy(restricted.url, 'tools/call', { name: 'list_all_stripe_v2_core_accounts', arguments: {} });
  assert.ok(!JSON.stringify(answer.body).includes('secret_key_needed'));
  assert.equal(upstream.requests.length, 1);
});

test('strict mode refuses what an operation does not have', async () => {
  for (const [method, path, type, body] of [
    ['POST', '/v1/topups', 'application/x-www-form-urlencoded', 'amount=1&currency=usd&colour=red'],
    ['POST', '/v1/topups', 'application/x-www-form-urlencoded', 'amount=lots&currency=usd'],
    ['POST', '/v1/topups', 'application/x-www-form-urlencoded', 'currency=usd'],
    ['GET', '/v1/topups?colour=red'],
    ['POST', '/v2/core/accounts', 'application/json', '{"colour":"red"}'],
    ['POST', '/v2/core/accounts', 'application/json', '{"contact_email":7}'],
    ['POST', '/v2/core/accounts', 'application/json', '{"identity":{"colour":"red"}}'],
    ['POST', '/v2/billing/meter_events', 'application/json', '{"event_name":"e"}'],
    ['POST', '/v2/core/accounts', 'application/x-www-form-urlencoded', 'contact_email=a'],
    ['POST', '/v1/files', 'application/json', '{}']]) {
    const answer = await fetch(`http://${sandbox.ports.sandbox}${path}`, { method, body,
      headers: { authorization: `Bearer ${key}`, ...(type && { 'content-type': type }) } });
    const { error } = await answer.json();
    assert.equal(answer.status, 400, `${path} ${body}`);
    assert.ok(blamesParameter({ status: 400, text: JSON.stringify({ error }) }), JSON.stringify(error));
  }
});
