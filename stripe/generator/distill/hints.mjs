// What the SDK's types do not say and today's facts do: integer or number, formats, lengths, operationIds, and the
// names of path parameters. Kept by operation and dotted parameter path ("line_items[].price_data.currency").
export const nameless = (p) => p.replace(/\{[^}]+\}/g, '{}');
export const keyOf = (method, p) => `${method} ${nameless(p)}`;

export class Hints {
  constructor(operations) {
    this.parameters = new Map();
    this.paths = new Map();
    this.ids = new Map();
    this.deprecated = new Set();
    this.prefixes = new Map([['', '']]);
    for (const operation of operations) this.#add(operation);
    for (const p of this.paths.values()) this.#addPrefixes(p);
  }

  parameter(key, name) { return this.parameters.get(key)?.[name]; }

  // A path in the SDK's words, with the names known paths give its parameters.
  named(raw) {
    const segments = raw.split('/');
    return segments.map((segment, i) => {
      if (segment[0] !== '{') return segment;
      return this.prefixes.get(nameless(segments.slice(0, i).join('/'))) ??
        segment.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());
    }).join('/');
  }

  #add(operation) {
    const key = keyOf(operation.method, operation.path);
    this.paths.set(key, operation.path);
    if (!operation.idGuess) this.ids.set(key, operation.id);
    if (operation.deprecated) this.deprecated.add(key);
    const found = {};
    const walk = (name, type) => {
      const hint = {};
      if (type.t === 'integer' || type.t === 'number') hint.t = type.t;
      if (type.f) hint.f = type.f;
      if (type.max) hint.max = type.max;
      if (Object.keys(hint).length) found[name] = { ...hint, ...(found[name] ?? {}) };
      for (const [n, child] of Object.entries(type.p ?? {})) walk(name ? `${name}.${n}` : n, child);
      if (type.i) walk(`${name}[]`, type.i);
      if (type.v) walk(`${name}.*`, type.v);
      for (const form of type.any ?? []) walk(name, form);
    };
    const parameters = operation.body ?? operation.query ?? {};
    for (const [name, type] of Object.entries(parameters)) walk(name, type);
    this.parameters.set(key, found);
  }

  #addPrefixes(known) {
    const segments = known.split('/');
    segments.forEach((segment, i) => {
      if (segment[0] === '{') this.prefixes.set(nameless(segments.slice(0, i).join('/')), segment);
    });
  }
}
