// Gateways that share a database, and a Redis when one is given.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gateway, scratch, startGateway } from './gateway.mjs';
import { sharedPostgres } from './postgres.mjs';

// Instances must have the same keys, as a cluster's secret store gives them.
export function sharedKeys() {
  const directory = scratch();
  return { 'vault.master_key_file': join(directory, 'master.key'), 'vault.pepper_file': join(directory, 'pepper.key') };
}

// One more instance beside `first`, of the same program and with the same settings.
export async function oneMore(scope, first, settings) {
  const gateway = new Gateway(mkdtempSync(join(tmpdir(), 'tollgate-test-')), first.program);
  scope.after(async () => {
    if (gateway.exit === null) await gateway.stop();
    rmSync(gateway.directory, { recursive: true, force: true });
  });
  gateway.apiKey = first.apiKey;
  return gateway.start(settings);
}

// { one, two, settings } on an empty PostgreSQL database. `program`: in place of the gateway.
export async function twoInstances(scope, more = {}, program = undefined) {
  const settings = { 'data.url': await (await sharedPostgres()).database(), ...sharedKeys(), ...more };
  const one = await startGateway(scope, settings, {}, 'serve', program);
  const two = await oneMore(scope, one, settings);
  return { one, two, settings };
}
