// What differs between two states of the facts, in words.

// dotted path -> type without its children, as text
function flat(operation) {
  const out = new Map();
  const walk = (name, type) => {
    const { p, i, v, any, ...own } = type;
    out.set(name, JSON.stringify(own));
    for (const [n, child] of Object.entries(p ?? {})) walk(`${name}.${n}`, child);
    if (i) walk(`${name}[]`, i);
    if (v) walk(`${name}.*`, v);
    (any ?? []).forEach((form, at) => walk(`${name}|${at}`, form));
  };
  const parameters = operation.body ?? operation.query ?? {};
  for (const [name, type] of Object.entries(parameters)) walk(name, type);
  return out;
}

function compareMaps(before, after, describe, lines) {
  for (const key of before.keys()) if (!after.has(key)) lines.push(`- ${describe(key)}`);
  for (const key of after.keys()) if (!before.has(key)) lines.push(`+ ${describe(key)}`);
}

function compareOperation(key, before, after, lines) {
  const [a, b] = [flat(before), flat(after)];
  compareMaps(a, b, (name) => `${key} ${name}`, lines);
  for (const [name, type] of a)
    if (b.has(name) && b.get(name) !== type)
      lines.push(`~ ${key} ${name}: ${type} -> ${b.get(name)}`);
  const facts = ({ query, body, ...own }) => JSON.stringify(own);
  if (facts(before) !== facts(after)) lines.push(`~ ${key}: ${facts(before)} -> ${facts(after)}`);
}

// Lines that begin with + (new), - (gone) or ~ (changed).
export function compare(before, after) {
  const lines = [];
  const index = (operations) => new Map(operations.map((o) => [`${o.method} ${o.path}`, o]));
  const [a, b] = [index(before.operations), index(after.operations)];
  compareMaps(a, b, (key) => key, lines);
  for (const [key, operation] of a)
    if (b.has(key)) compareOperation(key, operation, b.get(key), lines);
  const [x, y] = [before.objects, after.objects].map((o) => new Map(Object.entries(o)));
  compareMaps(x, y, (name) => `object ${name}`, lines);
  for (const [name, object] of x) {
    if (!y.has(name)) continue;
    for (const part of ['fields', 'expand']) {
      const [m, n] = [object[part], y.get(name)[part]].map((o) => new Map(Object.entries(o)));
      compareMaps(m, n, (key) => `object ${name} ${part} ${key}`, lines);
      for (const [key, value] of m) {
        const [was, is] = [value, n.get(key)].map((x) => JSON.stringify(x));
        if (n.has(key) && was !== is)
          lines.push(`~ object ${name} ${part} ${key}: ${was} -> ${is}`);
      }
    }
  }
  return lines;
}
