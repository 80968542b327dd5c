// Distils the npm package `stripe` into the facts of stripe/catalog and prints what changed.
//
//   node main.mjs <node_modules folder with stripe and typescript@5> <catalogue folder> [write]
//
// Without `write` nothing is changed on disk. Facts the package does not have are carried over from the catalogue:
// operationIds, integer or number, formats, lengths, the operations only Stripe's public specification has, and
// objects that only those answer with.
import fs from 'node:fs';
import path from 'node:path';
import { compare } from './compare.mjs';
import { Hints, keyOf } from './hints.mjs';
import { ObjectReader } from './objects.mjs';
import { readOperations as distilOperations } from './operations.mjs';
import { openSdk } from './sdk.mjs';
import { keep, readOperations, writeCatalog } from './split.mjs';
import { TypeReader } from './types.mjs';

const [modules, catalog, mode] = process.argv.slice(2);
if (!modules || !catalog || (mode && mode !== 'write')) {
  console.error('usage: node main.mjs <node_modules> <catalogue folder> [write]');
  process.exit(2);
}

const readJson = (name) => JSON.parse(fs.readFileSync(path.join(catalog, name), 'utf8'));
const before = { operations: readOperations(catalog), objects: readJson('objects.json') };
const sdk = openSdk(modules);
const hints = new Hints(before.operations);
const objects = new ObjectReader(sdk);
const operations = distilOperations(sdk, hints, new TypeReader(sdk, hints), objects);

for (const operation of before.operations) {
  const key = keyOf(operation.method, operation.path);
  if (!operations.has(key) && operation.src !== 'sdk') operations.set(key, operation);
}

// An operationId by Stripe's own pattern where no source named it.
const camel = (s) => s.split(/[_\-.]/).map((x) => x[0].toUpperCase() + x.slice(1)).join('');
for (const operation of operations.values()) {
  if (operation.id) continue;
  const words = operation.path.replace(/^\/v1\//, '').split('/').filter(Boolean);
  operation.id = operation.method[0] + operation.method.slice(1).toLowerCase() +
    words.map((s) => camel(s.replace(/[{}]/g, ''))).join('');
  operation.idGuess = 1;
}

const after = {
  operations: keep([...operations.values()], readJson('left_out.json')),
  objects: objects.all(),
};
const carried = new Set(after.operations.flatMap((o) => o.object ?? []));
for (const [name, object] of Object.entries(before.objects))
  if (!after.objects[name] && carried.has(name)) after.objects[name] = object;

const changes = compare(before, after);
for (const line of changes) console.log(line);
console.log(`${after.operations.length} operations, ${Object.keys(after.objects).length} objects, ` +
  `API ${sdk.apiVersion}, ${changes.length} changes`);
if (mode === 'write') {
  const source = { api_version: sdk.apiVersion, sdk: `stripe@${sdk.version}` };
  writeCatalog(catalog, source, after.operations, after.objects);
}
