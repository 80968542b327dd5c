// The catalogue's facts as tests need them: which operation a tool is, and arguments that give every
// parameter of it. Read from the facts themselves, not from what the gateway makes of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './gateway.mjs';

const catalog = join(root, 'stripe/catalog/operations');

// "POST /v1/charges" -> the operation's fact.
function readFacts() {
  const facts = new Map();
  for (const file of readdirSync(catalog))
    for (const fact of JSON.parse(readFileSync(join(catalog, file), 'utf8')))
      facts.set(`${fact.method} ${fact.path}`, fact);
  return facts;
}

// Tool name -> { fact, pathArguments, parameters }. The golden list names each tool's operation and,
// in the order of the path, the arguments of it.
export function readTools() {
  const facts = readFacts();
  const tools = new Map();
  const golden = readFileSync(join(root, 'tests/unit/stripe/golden/tools.tsv'), 'utf8');
  for (const line of golden.trim().split('\n')) {
    const [name, , operation, inPath] = line.split('\t');
    const fact = facts.get(operation);
    tools.set(name, { name, fact, pathArguments: inPath ? inPath.split(',') : [],
      parameters: { ...fact.query, ...fact.body } });
  }
  return tools;
}

// Values that are told apart wherever they go astray.
export class ValueMaker {
  #count = 0;

  value(fact, name = '') {
    const number = ++this.#count;
    if (fact.any) return this.value(fact.any.find((form) => form.t === 'string') ?? fact.any[0], name);
    switch (fact.t) {
      case 'integer': return number;
      case 'number': return number + 0.5;
      case 'boolean': return number % 2 === 0;
      case 'array': return [this.value(fact.i), this.value(fact.i)];
      case 'map': return { 'first key': this.value(fact.v ?? { t: 'string' }), second: this.value(fact.v ?? { t: 'string' }) };
      case 'range': return { gte: number, lt: number + 1 };
      case 'object': return Object.fromEntries(Object.entries(fact.p ?? {}).map(([key, part]) => [key, this.value(part, key)]));
      case 'file': return Buffer.from(`%PDF-1.4 bytes of ${name} ${number}\r\n--x--\r\n`).toString('base64');
      default: return this.#string(fact, number);
    }
  }

  #string(fact, number) {
    const known = (fact.e ?? []).filter((value) => value !== '');
    if (known.length) return known[number % known.length];
    if (fact.f === 'decimal') return `${number}.25`;
    if (fact.f === 'date-time') return '2026-01-02T03:04:05.000Z';
    return `v&=${number} é`.slice(0, fact.max ?? 5000);
  }
}

// Every argument that `tool` shows, filled in; `shown` are the properties of its schema.
export function everyArgument(tool, shown) {
  const make = new ValueMaker();
  const out = {};
  for (const name of tool.pathArguments) out[name] = `id_${name}-1`;
  for (const [name, fact] of Object.entries(tool.parameters)) {
    if (!shown[name]) continue;
    if (name === 'limit') out[name] = 7;
    else if (name === 'expand') out[name] = [shown[name].items.enum[0]];
    else out[name] = make.value(fact, name);
  }
  return out;
}

// { a: [{ b: 1 }] } as [['a[0][b]', '1']], sorted: what a form says of a value.
export function flatten(value, name = '') {
  if (value === null || typeof value !== 'object') return [[name, String(value)]];
  const pairs = Object.entries(value).flatMap(([key, part]) => flatten(part, name ? `${name}[${key}]` : key));
  return name ? pairs : pairs.sort();
}
