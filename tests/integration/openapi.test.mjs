// declare --from-openapi: a declarations file from OpenAPI documents of Stripe, and of services nobody here wrote.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runTollgate } from '../support/cli.mjs';
import { binary, cleanEnvironment, root, runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { call, toolNames } from '../support/mcp.mjs';
import { allowed } from '../support/wait.mjs';

const directory = scratch();
const stripe = join(root, 'tests/fixtures/openapi/stripe.json');
const packages = join(root, 'tests/interop/node_modules');
const run = (...args) => spawnSync(binary, args, { cwd: directory, env: cleanEnvironment(), maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' });
const declare = (source, ...args) => run('declare', '--from-openapi', source, ...args);
const made = (source, ...args) => {
  const done = declare(source, '--json', ...args);
  assert.equal(done.status, 0, done.stderr);
  return { ...JSON.parse(done.stdout), stderr: done.stderr };
};

test('Stripe: the file is valid without a regret, and what is left out is said a line each', () => {
  const file = join(directory, 'usepaso.yaml');
  const done = declare(stripe, '-o', file);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.stdout, '');
  assert.match(done.stderr, /^GetRefunds: starting_after: pages are fetched with next_cursor/m);
  assert.match(done.stderr, /^PostFiles: it has a server of its own/m);
  assert.match(done.stderr, /^\d+ tools of 8 operations; \d+ operations? and \d+ inputs left out\.$/m);
  const checked = run('validate', '--strict');
  assert.equal(checked.status, 0, checked.stderr);
  assert.match(checked.stdout, /^valid \(Stripe, \d capabilities, 0 regrets\)\n$/);
  const text = readFileSync(file, 'utf8');
  assert.match(text, / {2}- name: post_refunds\n {4}description: "Create a refund\."\n {4}method: POST\n {4}path: \/v1\/refunds\n {4}permission: write\n {4}consent_required: true\n/);
  assert.match(text, /reason: \{type: enum, values: \[duplicate, fraudulent, requested_by_customer\]\}/);
  const tested = run('test', '--all', '--dry-run');
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);
  assert.match(tested.stdout, /ok get_refunds_refund GET https:\/\/api\.stripe\.com\/v1\/refunds\/\{refund\}/);
});

test('Stripe: the file is put in force, and its tools are listed', async () => {
  const gateway = await startGateway({ after });
  const account = (await gateway.connect()).id;
  const { document } = made(stripe, '--path', '/v1/refunds', '--method', 'GET');
  await gateway.must('PUT', `/integrated-account/${account}/declarations`, { document });
  const server = await gateway.mint({ account });
  assert.deepEqual((await toolNames(server.url)).sort(), ['get_refunds', 'get_refunds_refund']);
});

test('operations are chosen, and a word that fits nothing is refused with the nearest', () => {
  assert.deepEqual(made(stripe, '--operation', 'GetCharges', '--operation', 'post_refunds').tools, 2);
  assert.equal(made(stripe, '--path', '/v1/refunds/*').tools, 1);
  const wrong = declare(stripe, '--operation', 'GetCharge');
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /--operation 'GetCharge' fits no operation; did you mean 'GetCharges'\?/);
  assert.equal(wrong.stdout, '');
  assert.match(declare(stripe, '--path', '/v1/refund').stderr, /--path '\/v1\/refund' fits no operation; did you mean '\/v1\/refunds'\?/);
  assert.match(declare(stripe, '--tag', 'x').stderr, /no operation of this document has a tag/);
});

test('sources: standard input, file:// and http; a file that is there is not replaced', async () => {
  const input = await runTollgate(['declare', '--from-openapi', '-', '--operation', 'GetCharges'], { input: readFileSync(stripe, 'utf8') });
  assert.equal(input.status, 0, input.stderr);
  assert.equal(declare(`file://${stripe}`, '--operation', 'GetCharges').stdout, input.stdout);
  const server = http.createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/spec.json' }).end();
    else response.end(readFileSync(stripe));
  }).listen(0, '127.0.0.1');
  after(() => server.close());
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  const fetched = await runTollgate(['declare', '--from-openapi', `${base}/spec.json`, '--operation', 'GetCharges'], {});
  assert.equal(fetched.stdout, input.stdout, fetched.stderr);
  const moved = await runTollgate(['declare', '--from-openapi', `${base}/moved`], {});
  assert.equal(moved.status, 1);
  assert.match(moved.stderr, /status 302, and redirects are not followed/);
  const file = join(directory, 'there.yaml');
  writeFileSync(file, 'kept');
  assert.equal(declare(stripe, '-o', file).status, 1);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
  assert.equal(declare(stripe, '-o', file, '--force').status, 0);
  assert.match(run('declare').stderr, /declare needs a command, or --from-openapi FILE/);
  for (const missing of ['none.json', directory, 'file://none']) assert.equal(declare(missing).status, 1);
});

test('the file is written whole or not at all, and what cannot be written is said', () => {
  const file = join(directory, 'whole.yaml');
  writeFileSync(file, 'kept');
  // The process is killed in the middle of the write.
  const cut = spawnSync('prlimit', ['--fsize=100', binary, 'declare', '--from-openapi', stripe, '-o', file, '--force'], { env: cleanEnvironment(), encoding: 'utf8' });
  assert.notEqual(cut.status, 0);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
  for (const where of [join(directory, 'n'.repeat(300)), join(directory, 'none', 'x.yaml'), '/dev/full']) {
    const failed = declare(stripe, '-o', where, '--force');
    assert.equal(failed.status, 1, failed.stderr);
    assert.match(failed.stderr, /cannot write/);
    assert.equal(declare(stripe, '-o', where).status, 1);
  }
});

test('a service that no gateway takes is said, with exit status 3', () => {
  const file = join(directory, 'service.yaml');
  const done = declare(stripe, '--operation', 'GetCharges', '--base-url', 'https://api.example.com/a/../b', '-o', file);
  assert.equal(done.status, 3, done.stderr);
  assert.match(done.stderr, /^service: correct service\.base_url: /m);
  assert.equal(run('validate', file).status, 1);
  const { valid } = JSON.parse(declare(stripe, '--operation', 'GetCharges', '--base-url', 'https://api.example.com/a/../b', '--json').stdout);
  assert.equal(valid, false);
});

for (const [name, file, least, address] of [
  ['Blockfrost, YAML', '@blockfrost/openapi/openapi.yaml', 70, 'https://cardano-mainnet.blockfrost.io/api/v0'],
  ['Directus, JSON', '@directus/specs/dist/openapi.json', 60, null],
  ['Ideal Postcodes, JSON', '@ideal-postcodes/openapi/dist/openapi.json', 20, 'https://api.ideal-postcodes.co.uk/v1'],
  ['Ideal Postcodes, YAML', '@ideal-postcodes/openapi/dist/openapi.yaml', 20, 'https://api.ideal-postcodes.co.uk/v1'],
]) {
  test(`another service: ${name}`, () => {
    const source = join(packages, file);
    assert.ok(existsSync(source), source);
    const { tools, left_out, document, operations } = made(source, '--base-url', address ?? 'https://cms.example.com');
    assert.ok(tools >= least, `${tools} of ${operations}: ${JSON.stringify(left_out.slice(0, 5))}`);
    assert.equal(left_out.filter((one) => !one.input).length + tools, operations);
    for (const one of left_out) assert.ok(one.reason.length > 10, JSON.stringify(one));
    assert.match(document, /^version: "1\.0"\nservice:\n/);
    assert.ok(document.includes(`base_url: "${address ?? 'https://cms.example.com'}"`));
  });
}

test('a document of the size of Stripe\'s takes less than 3 s and 200 MiB', (t) => {
  const document = JSON.parse(readFileSync(stripe, 'utf8'));
  const paths = Object.entries(document.paths).filter(([path]) => path !== '/v1/files');
  document.paths = {};
  for (let i = 0; i < 75; ++i)
    for (const [path, item] of paths) document.paths[`/group${i}${path}`] = item;
  document.components.schemas = { unused: { type: 'object', description: 'x'.repeat(1_000_000) } };
  const file = join(directory, 'large.json');
  writeFileSync(file, JSON.stringify(document));
  const began = performance.now();
  const done = spawnSync('prlimit', ['--data=209715200', binary, 'declare', '--from-openapi', file, '--base-url', 'https://api.example.com', '-o', join(directory, 'large.yaml')],
    { env: cleanEnvironment(), encoding: 'utf8' });
  const took = performance.now() - began;
  assert.equal(done.status, 0, done.stderr.slice(-500));
  assert.match(done.stderr, /^525 tools of 525 operations/m);
  assert.match(done.stderr, /^These are too many for one file: a gateway takes 200 tools and 49152 bytes/m);
  assert.match(done.stderr, /^Choose fewer with --tag, --path, --method or --operation/m);
  t.diagnostic(`${took.toFixed(0)} ms`);
  assert.ok(took < allowed(3_000), `${took} ms`);
});

test('limits: what a rule can say exactly is enforced, and the rest stands in the file as a comment', async () => {
  const seen = [];
  const service = http.createServer((request, response) => { seen.push(request.url); response.setHeader('content-type', 'application/json'); response.end('{"id":"1"}'); }).listen(0, '127.0.0.1');
  after(() => service.close());
  await once(service, 'listening');
  const base = `http://127.0.0.1:${service.address().port}`;
  const schemas = { count: { type: 'integer', minimum: 2, exclusiveMaximum: 10 }, ratio: { type: 'number', maximum: 1.5 }, code: { type: 'string', pattern: '^[a-z]{2}-\\d+$', maxLength: 6 },
    part: { type: 'string', pattern: 'ab|cd' }, free: { type: 'string', pattern: '^.\\s(?=x)' }, old: { type: 'integer', maximum: 5, exclusiveMaximum: true },
    either: { oneOf: [{ type: 'integer', maximum: 3 }, { type: 'integer', minimum: 100 }] } };
  const document = { openapi: '3.1.0', info: { title: 'Limits', version: '1' }, servers: [{ url: `${base}/v1` }], paths: { '/things': { get: { operationId: 'listThings', summary: 'List things of a kind',
    parameters: Object.entries(schemas).map(([name, schema]) => ({ name, in: 'query', schema })) } } } };
  const source = join(directory, 'limits.json');
  writeFileSync(source, JSON.stringify(document));
  const written = declare(source, '--json');
  const text = JSON.parse(written.stdout).document;
  for (const note of ['ratio: maximum 1.5', 'free: pattern']) assert.match(text, new RegExp(`^ {4}# not enforced: ${note}`, 'm'));
  assert.doesNotMatch(text, /either_most|either_least|ratio_most|free_pattern/);
  const gateway = await startGateway({ after }, { 'declarations.hosts': `private+${base}` });
  const account = (await gateway.must('POST', '/integrated-account', { name: 'Limits', credential: 'credential-1', mode: 'test', service: { base_url: `${base}/v1`, auth: 'bearer' } })).id;
  await gateway.must('PUT', `/integrated-account/${account}/declarations`, { document: text });
  const server = await gateway.mint({ account });
  const asks = async (args) => (await call(server.url, 'list_things', args)).isError === false;
  for (const args of [{}, { count: 2 }, { count: 9 }, { code: 'ab-12' }, { part: 'xabx' }, { part: 'cd' }, { old: 4 }, { ratio: 9 }, { free: 'a' }, { either: 50 }]) assert.ok(await asks(args), JSON.stringify(args));
  const before = seen.length;
  for (const args of [{ count: 1 }, { count: 10 }, { code: 'ab' }, { code: 'xab-12' }, { code: 'ab-1234' }, { part: 'x' }, { old: 5 }]) assert.ok(!await asks(args), JSON.stringify(args));
  assert.equal(seen.length, before);
});

test('limits that no rule takes, or too many of them, are comments: the operation stays', () => {
  const parameters = [{ name: 'long', in: 'query', schema: { type: 'string', maxLength: 100_001 } }, { name: 'memory', in: 'query', schema: { type: 'string', pattern: `^(?:${'[^a]'.repeat(10)}){1,999}$` } },
    { name: 'Twice', in: 'query', schema: { type: 'integer', maximum: 5 } }, { name: 'twice', in: 'query', schema: { type: 'integer', maximum: 6 } },
    ...Array.from({ length: 30 }, (_, i) => ({ name: `n${i}`, in: 'query', schema: { type: 'integer', minimum: 1, maximum: 9 } }))];
  const source = join(directory, 'many.json');
  writeFileSync(source, JSON.stringify({ openapi: '3.1.0', info: { title: 'Limits', version: '1' }, servers: [{ url: 'https://limits.example.com/v1' }],
    paths: { '/things': { get: { operationId: 'listThings', summary: 'List things', parameters } } } }));
  const file = join(directory, 'many.yaml');
  const written = declare(source, '-o', file);
  assert.match(written.stderr, /^1 tools? of 1 operation/m);
  const text = readFileSync(file, 'utf8');
  for (const note of ['long: maxLength 100001', 'memory: pattern', 'n29: maximum 9']) assert.match(text, new RegExp(`^ {4}# not enforced: ${note}`, 'm'));
  assert.equal(text.match(/^ {6}- \{id: /gm).length, 50);
  assert.equal(runBinary(['validate', file]).status, 0);
});
