// Where the sandbox is: SANDBOX_URL, or the program SANDBOX_HOST_BINARY names, started here.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import Stripe from 'stripe';

let child;

export async function startSandbox() {
  if (process.env.SANDBOX_URL) return process.env.SANDBOX_URL;
  const binary = process.env.SANDBOX_HOST_BINARY;
  if (!binary) throw new Error('set SANDBOX_URL or SANDBOX_HOST_BINARY');
  child = spawn(binary, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) return line.trim();
  throw new Error('the sandbox did not start');
}

export function stopSandbox() {
  child?.stdin.end();
}

export function clientOf(url, key = 'rk_test_sandbox') {
  const { hostname, port } = new URL(url);
  return new Stripe(key, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

// POST to /_sandbox/…
export async function control(url, path, body = '') {
  const answer = await fetch(`${url}/_sandbox/${path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer rk_test_sandbox' },
    body,
  });
  if (answer.status !== 200) throw new Error(await answer.text());
}
