// Response objects: their names, fields, and the paths that `expand` reaches in one hop.
const depthMax = 5;

export class ObjectReader {
  constructor({ ts, checker }) {
    this.ts = ts;
    this.flags = ts.TypeFlags;
    this.checker = checker;
    this.types = new Map(); // object name -> TypeScript type, in the order they were met
  }

  // The names of the objects a type may be; remembers their types. Deleted forms are "deleted_<name>".
  names(type) {
    const { flags, checker } = this;
    const names = [];
    for (const t of type.isUnion() ? type.types : [type]) {
      if (t.flags & (flags.String | flags.Null | flags.Undefined)) continue;
      const property = t.getProperty?.('object');
      if (!property) continue;
      const objectType = checker.getTypeOfSymbol(property);
      const literals = (objectType.isUnion() ? objectType.types : [objectType])
        .filter((x) => x.flags & flags.StringLiteral).map((x) => x.value);
      const mark = t.getProperty('deleted');
      const deleted = !!mark && !(mark.flags & this.ts.SymbolFlags.Optional) &&
        /^Deleted/.test(t.symbol?.name ?? '');
      for (const name of literals) {
        names.push(deleted ? `deleted_${name}` : name);
        if (!deleted && !this.types.has(name)) this.types.set(name, t);
      }
    }
    return [...new Set(names)];
  }

  // What a method of the SDK answers: kind and object names.
  returned(type) {
    const kinds = { ApiListPromise: 'list', V2ListPromise: 'v2list',
      ApiSearchResultPromise: 'search' };
    const argument = () => type.aliasTypeArguments?.[0] ?? this.checker.getTypeArguments(type)[0];
    const name = type.symbol?.name;
    if (kinds[name]) return { kind: kinds[name], names: this.names(argument()) };
    if (name !== 'Promise') return { kind: 'object', names: [] };
    let inner = argument();
    if (inner.aliasSymbol?.name === 'Response') inner = inner.aliasTypeArguments[0];
    const names = this.names(inner);
    if (names.length && names.every((x) => x.startsWith('deleted_')))
      return { kind: 'deleted', names };
    const stream = /Stream|IncomingMessage|ReadableStream/.test(this.checker.typeToString(inner));
    return { kind: !names.length && stream ? 'binary' : 'object', names };
  }

  // name -> {expand, fields} of every object reachable from those met so far.
  all() {
    for (let before = -1; before < this.types.size;) {
      before = this.types.size;
      for (const type of [...this.types.values()])
        for (const property of this.checker.getPropertiesOfType(type))
          this.#short(this.checker.getTypeOfSymbol(property), 1);
    }
    const out = {};
    for (const [name, type] of this.types) {
      if (name === 'list') continue; // a page of objects is none itself
      const expand = {};
      this.#expandable(type, '', expand, 0, []);
      out[name] = { expand, fields: this.#fields(type) };
    }
    return out;
  }

  #fields(type) {
    const fields = {};
    for (const property of this.checker.getPropertiesOfType(type)) {
      const t = this.checker.getTypeOfSymbol(property);
      const nullable = t.isUnion() && t.types.some((x) => x.flags & this.flags.Null);
      const optional = property.flags & this.ts.SymbolFlags.Optional;
      fields[property.name] = this.#short(t, 1) + (nullable ? '?' : '') + (optional ? '~' : '');
    }
    return fields;
  }

  #short(given, depth) {
    const { flags, checker } = this;
    const t = checker.getNonNullableType(given);
    if (t.isUnion()) {
      const names = this.names(t);
      const word = (x) => x.flags & flags.StringLiteral || x.isIntersection?.();
      if (t.types.every(word)) return 'string';
      if (t.types.every((x) => x.flags & flags.BooleanLiteral)) return 'boolean';
      if (!names.length) return 'any';
      return (t.types.some((x) => x.flags & flags.String) ? 'id:' : 'obj:') + names.join('|');
    }
    if (t.flags & (flags.String | flags.StringLiteral)) return 'string';
    if (t.flags & (flags.Number | flags.NumberLiteral)) return 'number';
    if (t.flags & (flags.Boolean | flags.BooleanLiteral)) return 'boolean';
    if (t.symbol?.name === 'Decimal' || t.getProperty?.('_coefficient')) return 'decimal';
    if (t.symbol?.name === 'ApiList') return `list:${this.names(this.#listed(t)).join('|')}`;
    if (checker.isArrayType(t)) return `array<${this.#short(checker.getTypeArguments(t)[0], depth)}>`;
    const names = this.names(t);
    if (names.length && depth > 0) return `obj:${names.join('|')}`;
    return checker.getIndexInfoOfType(t, this.ts.IndexKind.String) ? 'map' : 'object';
  }

  #listed(list) { return list.aliasTypeArguments?.[0] ?? this.checker.getTypeArguments(list)[0]; }

  #expandable(given, prefix, out, depth, seen) {
    const { flags, checker } = this;
    const type = checker.getNonNullableType(given);
    if (depth > depthMax || seen.includes(type)) return;
    if (checker.isArrayType(type)) {
      this.#expandable(checker.getTypeArguments(type)[0], prefix, out, depth, seen);
      return;
    }
    if (type.isUnion() || !(type.flags & flags.Object)) return;
    for (const property of checker.getPropertiesOfType(type)) {
      const t = checker.getNonNullableType(checker.getTypeOfSymbol(property));
      const path = prefix ? `${prefix}.${property.name}` : property.name;
      const item = checker.isArrayType(t)
        ? checker.getNonNullableType(checker.getTypeArguments(t)[0]) : t;
      const names = this.names(item);
      if (item.isUnion() && item.types.some((x) => x.flags & flags.String) && names.length) {
        out[path] = names;
      } else if (item.symbol?.name === 'ApiList') { // left out of the answer unless asked for
        if (property.flags & this.ts.SymbolFlags.Optional)
          out[path] = this.names(this.#listed(item)).map((x) => `list:${x}`);
      } else if (!names.length) { // else the whole object is there already
        this.#expandable(t, path, out, depth + 1, [...seen, type]);
      }
    }
  }
}
