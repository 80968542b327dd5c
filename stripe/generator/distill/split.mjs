// Splits distilled facts into the files of stripe/catalog, and reads them back.
//
// One file a resource, one operation a line, sorted by path and method: a change of the API is a change of a few lines.
import fs from 'node:fs';
import path from 'node:path';

// The file an operation belongs to: the first path segment, or two of them for v2.
export function fileOf(operation) {
  const [version, ...rest] = operation.path.split('/').filter(Boolean);
  if (version === 'v1') return `${rest[0]}.json`;
  return `${version}_${rest[0]}_${rest[1]}.json`;
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const byPath = (a, b) => order(a.path, b.path) || order(a.method, b.method);

// Operations whose path begins with a key of left_out.json are no part of the catalogue.
export function keep(operations, leftOut) {
  const within = (p, prefix) =>
    p === prefix || p.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
  return operations.filter((o) => !Object.keys(leftOut).some((prefix) => within(o.path, prefix)));
}

// All operations of a catalogue folder, in one array.
export function readOperations(catalog) {
  const folder = path.join(catalog, 'operations');
  return fs.readdirSync(folder).filter((f) => f.endsWith('.json')).sort()
    .flatMap((f) => JSON.parse(fs.readFileSync(path.join(folder, f), 'utf8')))
    .sort(byPath);
}

// Writes source.json, objects.json and operations/*.json; removes files of resources that are gone.
export function writeCatalog(catalog, source, operations, objects) {
  const folder = path.join(catalog, 'operations');
  fs.mkdirSync(folder, { recursive: true });
  const files = new Map();
  for (const o of [...operations].sort(byPath)) {
    const name = fileOf(o);
    if (!files.has(name)) files.set(name, []);
    files.get(name).push(JSON.stringify(o));
  }
  for (const old of fs.readdirSync(folder)) if (!files.has(old)) fs.rmSync(path.join(folder, old));
  for (const [name, lines] of files)
    fs.writeFileSync(path.join(folder, name), `[\n${lines.join(',\n')}\n]\n`);
  const objectLines = Object.keys(objects).sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(objects[name])}`);
  fs.writeFileSync(path.join(catalog, 'objects.json'), `{\n${objectLines.join(',\n')}\n}\n`);
  fs.writeFileSync(path.join(catalog, 'source.json'), `${JSON.stringify(source, null, 1)}\n`);
}
