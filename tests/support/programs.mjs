// Programs that others wrote, for the time of a test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';
import { until } from './wait.mjs';

export function listens(port) {
  return new Promise((resolve) => {
    const probe = net.connect(port, '127.0.0.1', () => { probe.destroy(); resolve(true); });
    probe.on('error', () => resolve(false));
  });
}

// A program that ends after the test. Returns once it listens on `port`.
export async function run(t, port, program, args, options = {}) {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  let told = '';
  child.stderr.on('data', (text) => { told += text; });
  const ended = new Promise((resolve) => child.on('close', resolve));
  t.after(() => { child.kill('SIGTERM'); return ended; });
  await until(`${program} to listen`, () => {
    assert.equal(child.exitCode, null, `${program} ended: ${told}`);
    return listens(port);
  }, 30_000);
  return { child, told: () => told };
}
