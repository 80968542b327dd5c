// TypeScript types to the types of the facts (stripe/catalog/README.md).

// A number no hint tells is an integer, unless its name says otherwise.
const isInteger = (name) => !/(percent|percentage|_rate$|latitude|longitude|factor|ratio)/.test(name);
const isTime = (name) => /_at$|timestamp$/.test(name);
const depthMax = 14;

const sorted = (o) => Object.fromEntries(Object.entries(o).sort(([a], [b]) => (a < b ? -1 : 1)));

export class TypeReader {
  constructor({ ts, checker }, hints) {
    this.ts = ts;
    this.flags = ts.TypeFlags;
    this.checker = checker;
    this.hints = hints;
  }

  // The parameters of one operation: name -> type, sorted.
  parameters(type, node, key) { return this.#properties(type, node, key, '', 0, []); }

  isDeprecated(symbol) {
    return (symbol?.getJsDocTags?.(this.checker) ?? []).some((tag) => tag.name === 'deprecated');
  }

  #properties(type, node, key, name, depth, stack) {
    const out = {};
    for (const property of this.checker.getPropertiesOfType(type)) {
      const propertyType = this.checker.getTypeOfSymbolAtLocation(property, node);
      const path = name ? `${name}.${property.name}` : property.name;
      const fact = this.#type(propertyType, node, key, path, depth + 1, stack);
      if (!(property.flags & this.ts.SymbolFlags.Optional)) fact.r = 1;
      if (this.isDeprecated(property)) fact.dep = 1;
      out[property.name] = fact;
    }
    return sorted(out);
  }

  #type(type, node, key, name, depth, stack) {
    const { flags, checker } = this;
    if (type.aliasSymbol?.name === 'FileData') return { t: 'file' };
    if (type.flags & flags.Boolean) return { t: 'boolean' }; // the checker holds it as true | false
    if (type.isUnion()) return this.#union(type, node, key, name, depth, stack);
    const single = this.#scalar(type, key, name);
    if (single) return single;
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type);
      return { t: 'array', i: this.#type(item, node, key, `${name}[]`, depth + 1, stack) };
    }
    const index = checker.getIndexInfoOfType(type, this.ts.IndexKind.String);
    if (index && !checker.getPropertiesOfType(type).length) {
      const value = this.#type(index.type, node, key, `${name}.*`, depth + 1, stack);
      const forms = value.any ?? [];
      const scalar = (f) => ['string', 'integer', 'number'].includes(f.t);
      const plain = forms.length && forms.every(scalar);
      return value.t === 'string' || plain ? { t: 'map' } : { t: 'map', v: value };
    }
    if (stack.includes(type) || depth > depthMax) return { t: 'object', rec: 1 };
    return { t: 'object', p: this.#properties(type, node, key, name, depth, [...stack, type]) };
  }

  #scalar(type, key, name) {
    const { flags } = this;
    if (type.flags & flags.StringLiteral) return { t: 'string', e: [type.value] };
    if (type.flags & flags.NumberLiteral) return { t: 'integer', e: [type.value] };
    if (type.flags & flags.BooleanLiteral)
      return { t: 'boolean', e: [type.intrinsicName === 'true'] };
    if (type.flags & flags.String) {
      const hint = this.hints.parameter(key, name);
      return { t: 'string', ...(hint?.f && { f: hint.f }), ...(hint?.max && { max: hint.max }) };
    }
    if (type.flags & flags.BigInt) return { t: 'string', f: 'int64' };
    if (type.flags & flags.Number) return this.#number(key, name);
    if (type.flags & (flags.Any | flags.Unknown)) return { t: 'any' };
    if (this.#isOpenString(type)) return { t: 'string' };
    const symbol = type.symbol?.name;
    if (symbol === 'Decimal' || type.getProperty?.('_coefficient'))
      return { t: 'string', f: 'decimal' };
    if (symbol === 'Date') return { t: 'string', f: 'date-time' };
    if (['Buffer', 'Uint8Array', 'FileData'].includes(symbol)) return { t: 'file' };
    return null;
  }

  #number(key, name) {
    const hint = this.hints.parameter(key, name);
    const last = name.split(/[.[\]]+/).filter(Boolean).pop() ?? '';
    const format = hint?.f ?? (isTime(last) ? 'unix-time' : undefined);
    const guess = isInteger(last) ? 'integer' : 'number';
    return { t: hint?.t ?? guess, ...(format && { f: format }) };
  }

  // The SDK adds `string & {}` to an enum: the enum is open.
  #isOpenString(type) {
    return type.isIntersection?.() && type.types.some((t) => t.flags & this.flags.String);
  }

  #union(type, node, key, name, depth, stack) {
    const { flags, checker } = this;
    let parts = type.types.filter((t) => !(t.flags & flags.Undefined));
    const out = {};
    if (parts.some((t) => t.flags & flags.Null)) {
      out.nil = 1;
      parts = parts.filter((t) => !(t.flags & flags.Null));
    }
    const isEmpty = (t) => t.flags & flags.StringLiteral && t.value === '';
    if (parts.length > 1 && parts.some(isEmpty)) {
      out.unset = 1;
      delete out.nil;
      parts = parts.filter((t) => !isEmpty(t));
    }
    parts = parts.filter((t) => !this.#isOpenString(t));
    if (parts.filter((t) => t.flags & flags.BooleanLiteral).length === 2) {
      parts = parts.filter((t) => !(t.flags & flags.BooleanLiteral));
      parts.push(checker.getBooleanType());
    }
    const words = parts.filter((t) => t.flags & flags.StringLiteral);
    const rest = parts.filter((t) => !(t.flags & flags.StringLiteral));
    if (this.#isRange(rest)) return { t: 'range', ...out };
    const forms = words.length ? [{ t: 'string', e: words.map((t) => t.value).sort() }] : [];
    for (const t of rest) forms.push(this.#type(t, node, key, name, depth, stack));
    if (!forms.length) return { t: 'string', ...out };
    if (forms.length === 1) return { ...forms[0], ...out };
    return { any: forms, ...out };
  }

  #isRange(parts) {
    return parts.length === 2 && parts.some((t) => t.flags & this.flags.Number) &&
      parts.some((t) => t.getProperties().map((p) => p.name).sort().join() === 'gt,gte,lt,lte');
  }
}

// The wire form of null in a v1 request is the empty string; TypeScript drops '' beside string.
export function nullToUnset(type) {
  if (type.nil) {
    delete type.nil;
    type.unset = 1;
  }
  const children = [...Object.values(type.p ?? {}), ...(type.any ?? [])];
  if (type.i) children.push(type.i);
  if (type.v) children.push(type.v);
  children.forEach(nullToUnset);
}
