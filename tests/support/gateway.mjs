// The built gateway as a process of its own: started on free ports with a fresh data directory,
// stopped after the test that asked for it, and checked on the way out.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { sharedPostgres } from './postgres.mjs';
import { until, within } from './wait.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = resolve(root, process.env.TOLLGATE_BINARY ?? 'build/release/server/tollgate');
export const testKey = 'rk_test_sandbox0000000000000000';

// The environment without the settings a developer may have exported.
export function cleanEnvironment(extra) {
  const kept = Object.entries(process.env)
    .filter(([name]) => !name.startsWith('TOLLGATE_') && name !== 'DATABASE_URL' && name !== 'REDIS_URL');
  return { ...Object.fromEntries(kept), ...extra };
}

// { 'limits.body_bytes': 4096 } as --limits-body-bytes 4096.
export function flagsOf(settings) {
  return Object.entries(settings).flatMap(([key, value]) => [
    '--' + key.replaceAll(/[._]/g, '-'), String(value)]);
}

// A directory that is removed at the end of this process. Not after the test: the programs that write into it are stopped
// there, those that were asked for last at the end, and a removal that fails would keep the rest of them running.
export function scratch() {
  scratches.push(mkdtempSync(join(tmpdir(), 'tollgate-test-')));
  return scratches.at(-1);
}
const scratches = [];
process.on('exit', () => scratches.forEach((each) => rmSync(each, { recursive: true, force: true, maxRetries: 20 })));

// Runs the binary to its end: { status, stdout, stderr }.
export function runBinary(args, { env = {}, cwd, timeout = 20_000 } = {}) {
  const done = spawnSync(binary, args, { env: cleanEnvironment(env), cwd, timeout, encoding: 'utf8' });
  assert.equal(done.error, undefined, `could not run ${binary}: ${done.error}`);
  return done;
}

// The same without blocking this process, which may be what the command talks to.
export function runBinaryAsync(args, { env = {}, cwd, timeout = 120_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { env: cleanEnvironment(env), cwd, timeout });
    const done = { status: null, stdout: '', stderr: '' };
    child.stdout.on('data', (text) => { done.stdout += text; });
    child.stderr.on('data', (text) => { done.stderr += text; });
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...done, status }));
  });
}

export class Gateway {
  constructor(directory, program = binary) {
    this.directory = directory;
    this.program = program; // the gateway, or a program of the tests that takes the same flags
    this.data = join(directory, 'data');
    this.logFile = join(directory, 'tollgate.log');
    this.stdout = '';
    this.stderr = '';
    this.exit = null; // { code, signal } once the process has ended
  }

  get pid() { return this.process.pid; }
  get log() { return existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8') : ''; }
  get host() { return this.ports.mcp.split(':')[0]; }
  get port() { return Number(this.ports.mcp.split(':').pop()); }
  get base() { return this.ports.base_url; }
  get adminBase() { return `${this.secure ? 'https' : 'http'}://${this.ports.admin || this.ports.mcp}`; }

  fds() { return readdirSync(`/proc/${this.pid}/fd`).length; }

  // Starts the process and waits until it listens. A second call restarts on the same directory.
  async start(settings = {}, env = {}, command = 'serve') {
    const portsFile = join(this.directory, `ports-${Date.now()}-${Math.random()}.json`);
    const common = command === 'serve'
      ? { 'server.listen': '127.0.0.1:0', 'data.directory': this.data, 'data.reserve_mb': 1, 'sandbox.enabled': true,
        'limits.calls_per_account': 0, 'limits.calls_per_team': 0, // tests call more than people do
        'security.default_methods': 'all', 'security.default_expiry': 0 } // and write
      : { 'sandbox.listen': '127.0.0.1:0' };
    // The whole file of tests on PostgreSQL (tests/node_tests.cmake): a database of its own for each gateway.
    if (process.env.STORE_UNDER_TEST === 'postgresql' && command === 'serve')
      common['data.url'] = this.database ??= await (await sharedPostgres()).database();
    const all = { 'server.ports_file': portsFile, 'log.file': this.logFile, ...common, ...settings };
    this.secure = Boolean(all['tls.certificate']);
    this.exit = null;
    // Should the test die, the gateway dies with it.
    this.process = spawn('setpriv', ['--pdeathsig', 'KILL', this.program, command, ...flagsOf(all)], {
      env: cleanEnvironment(env), cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout.on('data', (text) => { this.stdout += text; });
    this.process.stderr.on('data', (text) => { this.stderr += text; });
    this.ended = new Promise((resolve) => {
      this.process.on('close', (code, signal) => resolve(this.exit = { code, signal }));
      this.process.on('error', (error) => resolve(this.exit = { code: -1, signal: String(error) }));
    });
    this.ports = await until('the ports file', () => {
      if (this.exit) throw new Error(`the gateway ended early: ${JSON.stringify(this.exit)}\n${this.stderr}`);
      return existsSync(portsFile) && JSON.parse(readFileSync(portsFile, 'utf8') || 'null');
    }, 20_000);
    // The first start prints the first key, a moment after the ports file is there.
    if (command === 'serve' && !this.apiKey)
      this.apiKey = await until('the first API key', () => /shown once\): (\S+)\s/.exec(this.stdout)?.[1]);
    return this;
  }

  // SIGTERM and a clean end: exit code 0 and no sanitizer report.
  async stop() {
    if (!this.exit) this.process.kill('SIGTERM');
    const exit = await within(30_000, 'the drain', this.ended).catch((error) => {
      this.process.kill('SIGKILL');
      throw error;
    });
    this.checkOutput();
    assert.deepEqual(exit, { code: 0, signal: null }, this.stderr);
  }

  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  // Stops the process until resume(). SIGSTOP reaches one thread, and the others when that one runs: on a busy machine
  // they still answer for a while, so this waits until each of them is stopped.
  async pause() {
    this.process.kill('SIGSTOP');
    const tasks = `/proc/${this.pid}/task`;
    const stopped = (task) => /\) [Tt] /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8'));
    await until('the pause of every thread', () => readdirSync(tasks).every(stopped));
  }

  resume() { this.process.kill('SIGCONT'); }

  checkOutput() {
    const report = /(ERROR: \w+Sanitizer|runtime error:|WARNING: ThreadSanitizer)[^]*/.exec(this.stderr);
    assert.equal(report, null, report?.[0]?.slice(0, 4000));
  }

  // One admin call with the first key: { status, headers, body, text }.
  admin(method, path, body, { key = this.apiKey, headers = {} } = {}) {
    return request(this.adminBase + path, {
      method,
      headers: { ...(key && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  // The same, checked: the body of a 2xx answer.
  async must(method, path, body, options) {
    const done = await this.admin(method, path, body, options);
    assert.ok(done.status >= 200 && done.status < 300, `${method} ${path}: ${done.status} ${done.text}`);
    return done.body;
  }

  connect(more = {}) {
    return this.must('POST', '/integrated-account', { name: 'Acme', credential: testKey, ...more });
  }

  // A new MCP server on `account` (or on a new account): what creation answered, and `account`.
  async mint({ account, config = {}, name = 'Test', ...more } = {}) {
    const id = account ?? (await this.connect()).id;
    const made = await this.must('POST', `/integrated-account/${id}/mcp`, { name, config, ...more });
    return { ...made, account: id, path: new URL(made.url).pathname };
  }

  // Revokes all that GET of the path says would end ('/team/revoke'); the answer's body.
  async revokeAll(path, reason = 'test') {
    const { would_end: expect } = await this.must('GET', path);
    return this.must('POST', path, { reason, expect });
  }

  metrics() { return request(this.adminBase + '/metrics').then((done) => done.text); }
}

// A loopback port that was free a moment ago, for programs that cannot pick one.
export function upstreamPort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// A started gateway that is stopped, and checked, after `scope` (a test context, or { after }).
export async function startGateway(scope, settings = {}, env = {}, command = 'serve', program = binary) {
  const gateway = new Gateway(mkdtempSync(join(tmpdir(), 'tollgate-test-')), program);
  scope.after(async () => {
    try {
      if (gateway.process && gateway.exit === null) await gateway.stop();
      else gateway.checkOutput();
    } finally {
      rmSync(gateway.directory, { recursive: true, force: true });
    }
  });
  return gateway.start(settings, env, command);
}
