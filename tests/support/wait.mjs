// Waiting for conditions, never for an amount of time.
import { setTimeout as sleep } from 'node:timers/promises';

// Calls `check` until it returns something truthy and returns that; throws after `ms`, naming `what`.
export async function until(what, check, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await sleep(15);
  }
}

// `promise`, or an error that names `what` after `ms`.
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export { sleep };
