// A command of the built binary that runs until it is told to end.
import { spawn } from 'node:child_process';
import { binary, cleanEnvironment } from './gateway.mjs';

// Starts it with that environment, and kills it after the test: { out(), errors(), end() }. `end` sends SIGTERM and gives the exit status.
export function running(t, args, env) {
  const child = spawn(binary, args, { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  child.stdout.on('data', (text) => { out += text; });
  child.stderr.on('data', (text) => { errors += text; });
  const ended = new Promise((resolve) => child.on('close', resolve));
  t.after(() => child.kill('SIGKILL'));
  return { out: () => out, errors: () => errors, end: () => { child.kill('SIGTERM'); return ended; } };
}
