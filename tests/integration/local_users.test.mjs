// Other users of the machine: modes of files, symbolic links, FIFOs, command lines, core dumps.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { binary, cleanEnvironment, runBinary, scratch, startGateway } from '../support/gateway.mjs';
import { within } from '../support/wait.mjs';

const mode = (path) => statSync(path).mode & 0o7777;
const masterKey = Array.from({ length: 32 }, (_, i) => (i * 7 + 3).toString(16).padStart(2, '0')).join('');

// `tollgate serve`, which is expected to refuse the start at once.
function refused(flags, options) {
  const done = runBinary(['serve', '--sandbox-enabled', 'true', '--server-listen', '127.0.0.1:0',
    ...flags], { timeout: 8000, ...options });
  assert.equal(done.signal, null, 'the start hangs');
  assert.equal(done.status, 1, done.stdout + done.stderr);
  return done.stderr;
}

test('the data directory is for its owner alone, and the log for its group, whatever the umask', async (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const gateway = await startGateway(t);
  assert.equal(mode(gateway.data), 0o700);
  assert.equal(mode(gateway.logFile), 0o640);
  for (const name of ['tollgate.db', 'tollgate.db.lock', 'master.key', 'pepper.key'])
    assert.equal(mode(join(gateway.data, name)), 0o600, name);
});

test('a data directory is made with what is missing above it, also under a umask that takes all', () => {
  const path = join(scratch(), 'a', 'b');
  const done = spawnSync('sh', ['-c', `umask 777; exec "${binary}" serve --server-listen 127.0.0.1:0 ` +
    `--data-directory "${path}/" --server-admin-listen 192.0.2.1:1`], { encoding: 'utf8', timeout: 8000, env: cleanEnvironment({}) });
  assert.match(done.stderr, /server\.admin_listen/);
  assert.equal(mode(path), 0o700);
  assert.equal(mode(join(path, '..')), 0o700);
});

for (const bits of [0o770, 0o707, 0o777, 0o1777, 0o720]) {
  test(`a data directory of mode ${bits.toString(8)} is refused with what to do`, () => {
    const data = join(scratch(), 'data');
    mkdirSync(data);
    chmodSync(data, bits);
    const told = refused(['--data-directory', data]);
    assert.match(told, /data\.directory: .* mode .*chmod 700/);
    assert.ok(!existsSync(join(data, 'tollgate.db')));
  });
}

test('a log that cannot be written refuses the start with a sentence', () => {
  const directory = scratch();
  writeFileSync(join(directory, 'file'), '');
  mkdirSync(join(directory, 'directory'));
  spawnSync('mkfifo', [join(directory, 'fifo')]);
  symlinkSync(join(directory, 'elsewhere'), join(directory, 'link'));
  for (const [name, why] of [['file/log', /Not a directory/], ['directory', /[Dd]irectory/],
    ['none/log', /No such file/], ['fifo', /FIFO/], ['link', /symbolic link/]]) {
    const told = refused(['--data-directory', join(directory, 'data'), '--log-file', join(directory, name)]);
    assert.match(told, /^tollgate: log\.file: cannot write to /m);
    assert.match(told, why);
    assert.match(told, /standard error/);
  }
  assert.ok(!existsSync(join(directory, 'elsewhere')), 'the link was followed');
});

test('a log file of an earlier version is closed to others', async (t) => {
  const log = join(scratch(), 'log');
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  await startGateway(t, { 'log.file': log });
  assert.equal(mode(log), 0o640);
});

test('a FIFO in the place of a key or a certificate is refused at once', () => {
  const directory = scratch();
  const fifo = join(directory, 'fifo');
  spawnSync('mkfifo', ['-m', '600', fifo]);
  const data = ['--data-directory', join(directory, 'data')];
  for (const [name, flags] of [['vault', ['--vault-master-key-file', fifo]],
    ['pepper', ['--vault-pepper-file', fifo]],
    ['tls.certificate', ['--tls-certificate', fifo, '--tls-key', fifo]],
    ['stripe.ca_file', ['--stripe-ca-file', fifo]], ['redis.ca_file', ['--redis-ca-file', fifo]],
    ['config', ['--config', fifo]]]) {
    const told = refused([...data, ...flags]);
    assert.ok(told.includes(fifo), `${name}: ${told}`);
  }
});

test('keys on the command line are refused, in the environment and through a descriptor taken', async (t) => {
  const data = ['--data-directory', join(scratch(), 'data')];
  for (const flag of ['--vault-master-key', '--vault-pepper']) {
    const told = refused([...data, flag, masterKey]);
    assert.match(told, /every user of this machine/);
    assert.ok(!told.includes(masterKey));
  }
  assert.doesNotMatch(runBinary(['serve', '--help']).stdout, /--vault-master-key[ =\n]/);
  await startGateway(t, {}, { TOLLGATE_VAULT_MASTER_KEY: masterKey });
  const child = spawn(binary, ['serve', '--server-listen', '127.0.0.1:0', '--sandbox-enabled',
    '--vault-master-key-file', '/dev/fd/3', ...data], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: cleanEnvironment({}) });
  t.after(() => child.kill('SIGKILL'));
  child.stdio[3].end(`${masterKey}\n`);
  const out = await within(15_000, 'the start', new Promise((resolve) => {
    let text = '';
    child.stdout.on('data', (more) => { if ((text += more).includes('API key')) resolve(text); });
    child.on('close', () => resolve(text));
  }));
  assert.match(out, /shown once/);
  assert.doesNotMatch(out, /master\.key\n/, 'no key was made beside the one that was given');
});

test('no core dumps, no debugger of the same user, and a word about root', async (t) => {
  const gateway = await startGateway(t);
  const limits = readFileSync(`/proc/${gateway.pid}/limits`, 'utf8');
  const sanitized = /asan|tsan/.test(binary);
  if (!sanitized) {
    assert.match(limits, /Max core file size +0 +0 /);
    // The entries of a process that is not dumpable belong to root, whoever runs it.
    assert.equal(statSync(`/proc/${gateway.pid}/mem`).uid, 0);
    if (process.getuid() !== 0) assert.throws(() => readFileSync(`/proc/${gateway.pid}/environ`));
  }
  await gateway.stop();
  assert.equal(gateway.log.includes('running_as_root'), process.getuid() === 0);
});

test('TLS 1.2 keeps past connections secret: static RSA is refused', async (t) => {
  const directory = scratch();
  const [certificate, key] = [join(directory, 'rsa.pem'), join(directory, 'rsa.key')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=rsa',
    '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  const gateway = await startGateway(t, { 'tls.certificate': certificate, 'tls.key': key });
  const speak = (ciphers) => new Promise((resolve) => {
    const socket = tls.connect({ host: gateway.host, port: gateway.port, ciphers, maxVersion: 'TLSv1.2',
      rejectUnauthorized: false }, () => { resolve(socket.getCipher().name); socket.destroy(); });
    socket.on('error', (error) => resolve(error.code));
  });
  for (const suite of ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA256'])
    assert.match(await speak(suite), /^E/, suite);
  assert.match(await speak('DEFAULT'), /^ECDHE-/);
});

test('the first API key goes to a file of mode 0600 when one is named, never into the output', async (t) => {
  const directory = scratch();
  const file = join(directory, 'first-api-key');
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const start = (data, seconds = 3) => spawnSync('timeout', ['-s', 'TERM', String(seconds), binary, 'serve', '--sandbox-enabled',
    '--server-listen', '127.0.0.1:0', '--data-directory', data],
  { encoding: 'utf8', env: { PATH: process.env.PATH, TOLLGATE_FIRST_API_KEY_FILE: file } });
  const first = start(join(directory, 'data'));
  assert.equal(mode(file), 0o600);
  assert.match(readFileSync(file, 'utf8'), /^tgk_[0-9A-Za-z]{38}\n$/);
  assert.ok(!(first.stdout + first.stderr).includes('tgk_'), first.stdout + first.stderr);
  assert.ok(first.stdout.includes(file));
  const again = start(join(directory, 'data'));
  assert.doesNotMatch(again.stdout + again.stderr, /first-api-key|tgk_/, 'only the first start has a first key');
  const other = start(join(directory, 'other'), 30); // ends by itself
  assert.equal(other.status, 1);
  assert.match(other.stderr, /first_api_key_file: .*move it away/);
});
