// Settings: where they come from, which one wins, and what a mistake is told.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runBinary, scratch, startGateway } from '../support/gateway.mjs';

function file(text) {
  const path = join(scratch(), 'tollgate.yaml');
  writeFileSync(path, text);
  return path;
}

test('an unknown key is refused with the nearest one, in the file, the environment and a flag', () => {
  const path = file('limits:\n  body_byte: 5000\n');
  const inFile = runBinary(['config', 'print', '--config', path]);
  assert.equal(inFile.status, 1);
  assert.match(inFile.stderr, /limits\.body_byte.*limits\.body_bytes/s);
  const inEnvironment = runBinary(['config', 'print'], { env: { TOLLGATE_LIMITS_BODY_BYTE: '5000' } });
  assert.equal(inEnvironment.status, 1);
  assert.match(inEnvironment.stderr, /TOLLGATE_LIMITS_BODY_BYTES/);
  const inFlags = runBinary(['config', 'print', '--limits-body-byte', '5000']);
  assert.notEqual(inFlags.status, 0);
  assert.match(inFlags.stderr, /limits-body-byte/);
});

test('flags beat the environment, the environment beats the file, the file beats defaults', () => {
  const path = file('limits:\n  body_bytes: 11111\n  header_bytes: 2222\n  headers: 33\n');
  const env = { TOLLGATE_LIMITS_BODY_BYTES: '44444', TOLLGATE_LIMITS_HEADER_BYTES: '5555' };
  const done = runBinary(['config', 'print', '--config', path, '--limits-body-bytes', '66666'], { env });
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /body_bytes: "?66666"?\n/);
  assert.match(done.stdout, /header_bytes: "?5555"?\n/);
  assert.match(done.stdout, /headers: "?33"?\n/);
  assert.match(done.stdout, /connections: "?10000"?\n/);
});

test('config print masks secrets', () => {
  const secret = 'a1'.repeat(32);
  const done = runBinary(['config', 'print'], { env: { TOLLGATE_VAULT_MASTER_KEY: secret } });
  assert.equal(done.status, 0, done.stderr);
  assert.ok(!done.stdout.includes(secret) && !done.stdout.includes(secret.slice(-8)));
  assert.match(done.stdout, /master_key: \S+/);
});

test('what config print writes is a file that config print reads', () => {
  const first = runBinary(['config', 'print', '--limits-headers', '77']);
  const second = runBinary(['config', 'print', '--config', file(first.stdout)]);
  assert.equal(second.status, 0, second.stderr);
  assert.equal(second.stdout, first.stdout);
});

const refused = [
  [{ 'server-listen': 'nonsense' }, /server\.listen/],
  [{ 'server-listen': '127.0.0.1:99999' }, /server\.listen/],
  [{ 'limits-connections': '0' }, /limit/],
  [{ 'limits-body-bytes': 'many' }, /limits\.body_bytes/],
  [{ 'tls-certificate': '/x.pem' }, /tls\.key/],
  [{ 'stripe-api-base': 'https://stripe.evil.example' }, /stripe\.test_upstream_host/],
  [{ 'stripe-api-base': 'http://evil.example', 'stripe-test-upstream-host': 'evil.example' }, /loopback/],
  [{ 'sandbox-enabled': 'true', 'sandbox-listen': '0.0.0.0:0' }, /loopback/],
  [{ 'timeouts-request': '30s' }, /timeouts\.request .*milliseconds.*write 30000/],
  [{ port: '8080' }, /no flag --port; did you mean --server-listen host:port/],
  [{ 'server-public-url': 'ftp://x' }, /public_url/],
  [{ config: '/nowhere/tollgate.yaml' }, /nowhere/],
];
for (const [flags, sentence] of refused) {
  test(`serve refuses ${JSON.stringify(flags)} with a sentence`, () => {
    const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    const done = runBinary(['serve', '--data-directory', join(scratch(), 'd'), ...args], { timeout: 8000 });
    assert.notEqual(done.status, 0);
    assert.equal(done.signal ?? null, null);
    assert.match(done.stderr, sentence);
  });
}

test('version prints one line with a number', () => {
  const done = runBinary(['version']);
  assert.equal(done.status, 0);
  assert.match(done.stdout, /^tollgate \d+\.\d+\.\d+.*\n$/i);
});

test('--version and help exist, and a truth value alone means true', () => {
  const version = runBinary(['--version']);
  assert.equal(version.status, 0);
  assert.equal(version.stdout, runBinary(['version']).stdout);
  const help = runBinary(['help']);
  assert.equal(help.status, 0);
  assert.equal(help.stdout, runBinary(['--help']).stdout);
  const enabled = (...args) => /sandbox:\n.*\n  enabled: "(\w+)"/.exec(
    runBinary(['config', 'print', ...args]).stdout)?.[1];
  assert.equal(enabled(), 'false');
  assert.equal(enabled('--sandbox-enabled'), 'true');
  assert.equal(enabled('--sandbox-enabled', '--limits-headers', '7'), 'true');
  assert.equal(enabled('--sandbox-enabled', 'false'), 'false');
  assert.equal(enabled('--sandbox-enabled=false'), 'false');
});

test('backup --help and restore --help list their own options, and those that name the database', () => {
  for (const command of ['backup', 'restore']) {
    const { stdout, status } = runBinary([command, '--help']);
    assert.equal(status, 0);
    for (const flag of ['--force', '--data-url', '--data-directory', '--config'])
      assert.ok(stdout.includes(flag), flag);
    assert.doesNotMatch(stdout, /--limits|--oauth|--server/);
  }
});

test('the sandbox alone listens on loopback only, as within the gateway', () => {
  const done = runBinary(['sandbox', '--sandbox-listen', '0.0.0.0:0'], { timeout: 4000 });
  assert.equal(done.status, 1);
  assert.match(done.stderr, /loopback.*0\.0\.0\.0:0/);
});

test('the gateway starts with all that Kubernetes sets for services named tollgate and tollgate-admin', async (t) => {
  const env = {};
  for (const [service, port, name] of [['TOLLGATE', 8787, 'MCP'], ['TOLLGATE_ADMIN', 8788, 'ADMIN']])
    Object.assign(env, {
      [`${service}_SERVICE_HOST`]: '10.96.0.12', [`${service}_SERVICE_PORT`]: `${port}`,
      [`${service}_SERVICE_PORT_${name}`]: `${port}`, [`${service}_PORT`]: `tcp://10.96.0.12:${port}`,
      [`${service}_PORT_${port}_TCP`]: `tcp://10.96.0.12:${port}`,
      [`${service}_PORT_${port}_TCP_PROTO`]: 'tcp', [`${service}_PORT_${port}_TCP_PORT`]: `${port}`,
      [`${service}_PORT_${port}_TCP_ADDR`]: '10.96.0.12' });
  const gateway = await startGateway(t, {}, { ...env, TOLLGATE_SOMETHING_OF_OURS: 'x' });
  await gateway.stop();
  assert.deepEqual([...gateway.log.matchAll(/"event":"variable_ignored".*?"variable":"(\w+)"/g)].map((m) => m[1]),
    ['TOLLGATE_SOMETHING_OF_OURS']);
  const wrong = runBinary(['config', 'print'], { env: { TOLLGATE_PORT: '8080' } });
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /TOLLGATE_PORT is not a setting; did you mean TOLLGATE_SERVER_LISTEN/);
});

test('no command and an unknown command are refused and point at --help, which names them all', () => {
  for (const args of [[], ['sevre']]) {
    const done = runBinary(args);
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, /--help/);
  }
  const help = runBinary(['--help']);
  assert.equal(help.status, 0);
  for (const command of ['serve', 'sandbox', 'config', 'version']) assert.ok(help.stdout.includes(command), command);
});
