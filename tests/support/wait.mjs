// Waiting for conditions, never for an amount of time.
import { setTimeout as sleep } from 'node:timers/promises';

// `ms`, as long as it may take in this build: sanitizers slow down what they look at (tests/node_tests.cmake).
export const allowed = (ms) => ms * Number(process.env.PATIENCE ?? 1);

// Calls `check` until it returns something truthy and returns that; throws after `ms`, naming `what`.
export async function until(what, check, ms = 10_000) {
  const end = Date.now() + allowed(ms);
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${allowed(ms)} ms in vain for ${what}`);
    await sleep(15);
  }
}

// `promise`, or an error that names `what` after `ms`.
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${allowed(ms)} ms`)), allowed(ms));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export { sleep };
