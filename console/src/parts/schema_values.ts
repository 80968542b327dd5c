// Arguments of a tool as a form holds them, and as JSON.

// The part of JSON Schema that tools use.
export interface Schema {
  type?: string;
  description?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

export interface FormField {
  path: string[]; // the argument, and the names inside it
  schema: Schema;
  required: boolean;
  kind: 'text' | 'choice' | 'whole' | 'number' | 'truth' | 'lines' | 'json';
}

// What is typed, by the names of a path joined by a point. An empty text: left out.
export type FormValues = Record<string, string>;

type Json = Record<string, unknown>;

export const keyOf = (field: FormField): string => field.path.join('.');

const partsDepthMax = 2; // below it, an object is typed as JSON

function kindOf(schema: Schema): FormField['kind'] {
  if (schema.type === 'string') return schema.enum ? 'choice' : 'text';
  if (schema.type === 'integer') return 'whole';
  if (schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return 'truth';
  return schema.type === 'array' && schema.items?.type === 'string' ? 'lines' : 'json';
}

// The fields of the objects' parts, in place of the objects. Required ones first, otherwise in the order of the schema.
export function fieldsOf(schema: Schema, above: string[] = []): FormField[] {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, one]): FormField[] => {
    const path = [...above, name];
    if (one.type === 'object' && one.properties && path.length < partsDepthMax) {
      // Of an object that may be left out, no part is required.
      return fieldsOf(one, path).map((part) => ({...part, required: part.required && required.has(name)}));
    }
    return [{path, schema: one, required: required.has(name), kind: kindOf(one)}];
  });
  return [...fields.filter((one) => one.required), ...fields.filter((one) => !one.required)];
}

// Throws an Error with a sentence for the person.
function valueOf(field: FormField, text: string): unknown {
  const name = keyOf(field);
  if (field.kind === 'truth') return text === 'true';
  if (field.kind === 'lines') return text.split('\n').map((one) => one.trim()).filter(Boolean);
  if (field.kind === 'whole') {
    if (!/^-?\d{1,15}$/.test(text.trim())) throw new Error(`${name} must be a whole number; amounts are in the smallest unit of their currency.`);
    return Number(text);
  }
  if (field.kind === 'number') {
    if (text.trim() === '' || !Number.isFinite(Number(text))) throw new Error(`${name} must be a number.`);
    return Number(text);
  }
  if (field.kind !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

// Throws an Error with a sentence for the person if a text is no value of its field. What is required and left out is for the gateway to say.
export function argumentsOf(fields: FormField[], values: FormValues): Json {
  const out: Json = {};
  for (const field of fields) {
    const text = values[keyOf(field)] ?? '';
    if (text === '') continue;
    let into = out;
    for (const name of field.path.slice(0, -1)) into = (into[name] ??= {}) as Json;
    into[field.path.at(-1) ?? ''] = valueOf(field, text);
  }
  return out;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

// What a line of the form gives back as it is.
const isLine = (one: unknown): one is string => typeof one === 'string' && one !== '' && one === one.trim() && !/[\r\n]/.test(one);

function textOf(field: FormField, value: unknown): string | undefined {
  if (field.kind === 'lines') return Array.isArray(value) && value.length > 0 && value.every(isLine) ? value.join('\n') : undefined;
  if (field.kind === 'text' && /[\r\n]/.test(String(value))) return undefined;
  if (field.kind === 'json') return JSON.stringify(value);
  if (field.kind === 'choice' && !field.schema.enum?.includes(String(value))) return undefined;
  const wanted = {text: 'string', choice: 'string', whole: 'number', number: 'number', truth: 'boolean'}[field.kind];
  return typeof value === wanted && value !== '' ? String(value) : undefined;
}

// The same arguments in the form; undefined if the form cannot show all of them.
export function valuesOf(fields: FormField[], given: Json): FormValues | undefined {
  const out: FormValues = {};
  const take = (at: Json, above: string[]): boolean =>
    Object.entries(at).every(([name, value]) => {
      const path = [...above, name];
      const field = fields.find((one) => keyOf(one) === path.join('.'));
      if (!field) return fields.some((one) => one.path.length > path.length && path.every((part, place) => one.path[place] === part)) && isObject(value) && Object.keys(value).length > 0 && take(value, path);
      const text = textOf(field, value);
      if (text !== undefined) out[path.join('.')] = text;
      return text !== undefined;
    });
  return take(given, []) ? out : undefined;
}
