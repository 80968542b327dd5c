// Where a value is in a JSON text: for an error that names it by its path, such as rules[2].max_value.argument.

const blank = /\s/;

// The index after the string that begins at `at`.
function afterString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; ++i) {
    if (text[i] === '\\') ++i;
    else if (text[i] === '"') return i + 1;
  }
  return text.length;
}

function skipBlanks(text: string, at: number): number {
  let i = at;
  while (i < text.length && blank.test(text[i] ?? '')) ++i;
  return i;
}

// The index after the value that begins at `at`.
function afterValue(text: string, at: number): number {
  if (text[at] === '"') return afterString(text, at);
  if (text[at] !== '{' && text[at] !== '[') {
    let i = at;
    while (i < text.length && !/[,\]}\s]/.test(text[i] ?? '')) ++i;
    return i;
  }
  let depth = 0;
  for (let i = at; i < text.length; ++i) {
    const c = text[i];
    if (c === '"') i = afterString(text, i) - 1;
    else if (c === '{' || c === '[') ++depth;
    else if ((c === '}' || c === ']') && --depth === 0) return i + 1;
  }
  return text.length;
}

// The start of the part `name` (a member) or number `name` (an element) of the object or list that begins at `at`; -1: there is none.
function partAt(text: string, at: number, name: string): number {
  const list = text[at] === '[';
  if (!list && text[at] !== '{') return -1;
  let i = skipBlanks(text, at + 1);
  for (let count = 0; i < text.length && text[i] !== ']' && text[i] !== '}'; ++count) {
    let found = list && String(count) === name;
    if (!list) {
      const end = afterString(text, i);
      found = text.slice(i + 1, end - 1) === name;
      i = skipBlanks(text, skipBlanks(text, end) + 1);
    }
    if (found) return i;
    i = skipBlanks(text, afterValue(text, i));
    if (text[i] === ',') i = skipBlanks(text, i + 1);
  }
  return -1;
}

// From and to of the value that `path` names in the valid JSON `text`, or of the innermost part of it that is there.
export function placeInJson(text: string, path: string): [number, number] {
  let at = skipBlanks(text, 0);
  for (const name of path.match(/[^.[\]]+/g) ?? []) {
    const next = partAt(text, at, name);
    if (next < 0) break;
    at = next;
  }
  return [at, afterValue(text, at)];
}
