// Private Redis servers and sentinels for tests, on free ports of loopback.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch, upstreamPort } from './gateway.mjs';
import { listens } from './programs.mjs';
import { until } from './wait.mjs';

export class Redis {
  // words: redis-server's command line behind the port
  constructor(directory, words) {
    Object.assign(this, { directory, words });
  }

  get url() { return `redis://127.0.0.1:${this.port}`; }

  async start() {
    this.port ??= await upstreamPort();
    this.process = spawn('redis-server', [...this.words(this.port), '--dir', this.directory, '--logfile',
      join(this.directory, `redis-${this.port}.log`)], { stdio: 'ignore' });
    let failed = false;
    this.ended = new Promise((resolve) => {
      this.process.on('close', resolve);
      this.process.on('error', () => { failed = true; resolve(); });
    });
    await until('Redis', () => failed || listens(this.port));
    assert.ok(!failed, 'Redis did not start (apt-get install redis-server)');
    return this;
  }

  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }
  pause() { this.process.kill('SIGSTOP'); }
  resume() { this.process.kill('SIGCONT'); }
}

// Stopped after `scope`. more: further words of the command line.
export async function startRedis(scope, more = []) {
  const words = (port) => ['--port', String(port), '--bind', '127.0.0.1', '--save', '', ...more];
  const server = new Redis(scratch(), words);
  scope.after(() => server.kill());
  return server.start();
}

// A server that speaks TLS only.
export async function startTlsRedis(scope, { certificate, key }) {
  const words = (port) => ['--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--save', '',
    '--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no'];
  const server = new Redis(scratch(), words);
  scope.after(() => server.kill());
  return server.start();
}

// A sentinel that watches `master` under the name "main" and fails over after a second.
export async function startSentinel(scope, master) {
  const directory = scratch();
  const file = join(directory, 'sentinel.conf');
  writeFileSync(file, `sentinel monitor main 127.0.0.1 ${master.port} 1
sentinel down-after-milliseconds main 1000
sentinel failover-timeout main 3000
`);
  const words = (port) => [file, '--sentinel', '--port', String(port), '--bind', '127.0.0.1'];
  const server = new Redis(directory, words);
  scope.after(() => server.kill());
  return server.start();
}
