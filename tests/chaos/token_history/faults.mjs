// What goes wrong while the clients work. Each lasts a moment and leaves everything whole.
import { execFileSync } from 'node:child_process';
import { sleep, until } from '../../support/wait.mjs';

const stepMs = 65_000; // beyond the shortest expiry that the API takes
const leaseMs = 1200; // so long an instance may go by what it remembers

// Servers whose time is over, by the gateways' clock, and whose purge is not in the records.
function unpurged(cluster, now) {
  const sql = `SELECT count(*) FROM mcp_servers WHERE expires_at <= ${now} AND expired_at IS NULL AND revoked_at IS NULL`;
  return Number(execFileSync('psql', ['-qAt', cluster.database, '-c', sql], { encoding: 'utf8', timeout: 10_000 }));
}

// The clock is set forward, everything that was to expire is purged, and the clock is set back.
async function stepClock({ cluster, work }) {
  const set = (offset) => {
    const start = performance.now();
    cluster.clock.write(offset);
    work.history.push({ type: 'clock', start, end: performance.now(), offset });
  };
  await Promise.all(Array.from({ length: 8 }, () => work.create({ expiring: true })));
  const expiring = work.servers.filter((server) => server.expiresAt);
  const tokens = expiring.flatMap((server) => server.ever);
  set(stepMs);
  await work.useEverywhere(tokens);
  const now = cluster.clock.now();
  await until('the purge', () => unpurged(cluster, now) === 0, 15_000);
  await sleep(leaseMs); // the purge is no answer to anybody, so instances may hear of it as late as that
  const at = performance.now();
  for (const server of expiring)
    if (server.expiresAt <= now) for (const { name } of server.ever) work.history.push({ type: 'gone', token: name, at });
  work.servers = work.servers.filter((server) => !expiring.includes(server));
  work.bury(tokens);
  set(0);
  await work.useEverywhere(tokens.slice(-20));
}

// A revoke while `victim` is away, by another instance, and a use of it at once when it is back.
async function revokeWhileAway({ cluster, work, random }, victim, leave, comeBack) {
  const other = cluster.instances[(victim.number + 1 + random(2)) % cluster.instances.length];
  const server = await work.create({ instance: other, expiring: false });
  if (server) server.busy = true;
  await leave();
  try {
    await sleep(random(200));
    if (server) await work.revoke(server, { instance: other, quiet: true });
  } finally {
    const waiting = server?.tokens.flatMap((token) => [work.use(token, victim), work.use(token, victim)]) ?? [];
    await comeBack();
    await Promise.all(waiting);
    if (server) {
      await work.useEverywhere(server.tokens);
      server.busy = false;
    }
  }
}

async function while_(ms, begin, finish) {
  await begin();
  await sleep(ms);
  await finish();
}

const network = (proxies, faults, ms) => while_(ms,
  () => Promise.all(proxies.map((proxy) => proxy.set(faults))), () => Promise.all(proxies.map((proxy) => proxy.set({}))));

// name: async ({ cluster, work, random, victim }); `victim` is an instance, by chance.
export const faults = {
  'an instance is paused': (to) =>
    revokeWhileAway(to, to.victim, () => to.victim.pause(), async () => { await sleep(to.random(500)); to.victim.resume(); }),
  'an instance is killed': async ({ victim, random }) => {
    await victim.kill();
    await sleep(random(500));
    await victim.start();
  },
  'an instance is cut off from the records': (to) =>
    revokeWhileAway(to, to.victim, () => to.victim.store.set({ swallow: true }), () => to.victim.store.set({})),
  'an instance is cut off from Redis': (to) =>
    revokeWhileAway(to, to.victim, () => to.victim.redis.set({ swallow: true }), () => to.victim.redis.set({})),
  'links to the records are reset': async ({ cluster, random }) => {
    for (let i = 0; i < 5; ++i) {
      for (const { store } of cluster.instances) store.resetAll();
      await sleep(20 + random(80));
    }
  },
  'the records are slow': ({ cluster, random }) =>
    network(cluster.instances.map((one) => one.store), { latency: { ms: 30 + random(40), jitter: 20 } }, 900),
  'the records are paused': ({ cluster, random }) =>
    while_(200 + random(1000), () => cluster.postgres.pause(), () => cluster.postgres.resume()),
  'the records are killed': ({ cluster }) => cluster.postgres.restart(),
  'commits break': ({ cluster, random }) =>
    network(cluster.instances.map((one) => one.store), { reset: { at: 'COMMIT', toward: ['server', 'client'][random(2)] } }, 200),
  'Redis is paused': ({ cluster, random }) =>
    while_(300 + random(800), () => cluster.redis.pause(), () => cluster.redis.resume()),
  'Redis is killed': ({ cluster, random }) =>
    while_(random(600), () => cluster.redis.kill(), () => cluster.redis.start()),
  'Redis is flushed': ({ cluster }) =>
    execFileSync('redis-cli', ['-p', String(cluster.redis.port), 'FLUSHALL'], { timeout: 5000, stdio: 'ignore' }),
  'Redis is slow': ({ cluster, random }) =>
    network(cluster.instances.map((one) => one.redis), { latency: { ms: 50 + random(250) } }, 700),
  'the clock is set': stepClock,
};
