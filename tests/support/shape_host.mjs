// shape_host as a process: one request, one answer.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { root } from './gateway.mjs';

export function startShapeHost() {
  const binary = resolve(root, process.env.SHAPE_HOST_BINARY ?? 'build/release/tests/support/shape_host');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', binary], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request) => {
    child.stdin.write(JSON.stringify(request) + '\n');
    const { value, done } = await lines.next();
    if (done) throw new Error('shape_host ended');
    return JSON.parse(value);
  };
  return { ask, stop: () => child.stdin.end() };
}
