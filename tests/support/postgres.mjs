// A private PostgreSQL server (postgres.py) for tests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from './wait.mjs';

export class Postgres {
  // args: ['--tls', certificate, key], ['--user', name]
  async start(args = []) {
    const script = join(dirname(fileURLToPath(import.meta.url)), 'postgres.py');
    this.process = spawn('python3', ['-B', script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.process.on('close', resolve));
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    const first = await within(90_000, 'the start of PostgreSQL', this.lines.next());
    assert.ok(!first.done, 'PostgreSQL did not start; see above (apt-get install postgresql)');
    Object.assign(this, JSON.parse(first.value)); // url, port, directory
    return this;
  }

  async tell(command) {
    this.process.stdin.write(command + '\n');
    const answer = await within(60_000, `PostgreSQL to ${command}`, this.lines.next());
    assert.ok(!answer.done, `postgres.py ended at ${command}`);
    return answer.value;
  }

  kill() { return this.tell('kill'); }
  restart() { return this.tell('restart'); }
  pause() { return this.tell('pause'); }
  resume() { return this.tell('resume'); }
  database() { return this.tell('database'); } // the URL of a new one

  async stop() {
    this.process.stdin.end();
    await this.ended;
  }
}

// Stopped after `scope` (a test context, or { after }).
export async function startPostgres(scope, args = []) {
  const server = new Postgres();
  scope.after(() => server.stop());
  return server.start(args);
}

// One for a whole file of tests: it ends with this process, which it does not keep alive.
let shared;
export function sharedPostgres() {
  return shared ??= new Postgres().start().then((server) => {
    for (const handle of [server.process, server.process.stdin, server.process.stdout]) handle.unref();
    return server;
  });
}
