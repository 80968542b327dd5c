// The SDK's methods, as operations.
import fs from 'node:fs';
import path from 'node:path';
import { keyOf } from './hints.mjs';
import { nullToUnset } from './types.mjs';

// class, method, and the request each method makes: verb, path, and the options behind them
const source = new RegExp([
  String.raw`export class (\w+)`,
  String.raw`^    (?:async )?(\w+)\([^)]*\) \{`,
  String.raw`_makeRequest\('(\w+)', (` + '`[^`]*`' +
    String.raw`|'[^']*'), params, options(, \{[\s\S]*?\n        \})?`,
].join('|'), 'gm');

export function readOperations(sdk, hints, types, objects) {
  const out = new Map(); // key -> operation
  for (const file of sdk.files) {
    const declarations = sdk.program.getSourceFile(file.replace(/\.js$/, '.d.ts'));
    if (declarations) readFile(file, declarations);
  }
  return out;

  function readFile(file, declarations) {
    const { ts } = sdk;
    const classes = new Map();
    declarations.forEachChild((node) => {
      if (ts.isClassDeclaration(node)) classes.set(node.name.text, node);
    });
    let className, method;
    for (const found of fs.readFileSync(file, 'utf8').matchAll(source)) {
      if (found[1]) className = found[1];
      else if (found[2]) method = found[2];
      else {
        const members = classes.get(className)?.members
          .filter((member) => member.name?.getText(declarations) === method) ?? [];
        const named = (p) => p.name.getText(declarations) === 'params';
        const declaration = members.find((m) => m.parameters?.some(named)) ?? members[0];
        if (!declaration) throw new Error(`${file}: no declaration of ${className}.${method}`);
        const parameter = declaration.parameters.find(named);
        add({ verb: found[3], raw: found[4].slice(1, -1), options: found[5] ?? '',
          declaration, parameter, place: `${resourceOf(file)}#${method}` });
      }
    }
  }

  function resourceOf(file) {
    return path.relative(sdk.resources, file).replace(/\.js$/, '').replace(/\\/g, '/');
  }

  function add({ verb, raw: template, options, declaration, parameter, place }) {
    const raw = template.replace(/\$\{encodeURIComponent\((\w+)\)\}/g, '{$1}');
    const key = keyOf(verb, raw);
    const operation = { id: hints.ids.get(key) ?? null, method: verb,
      path: hints.paths.get(key) ?? hints.named(raw) };
    const host = /apiBase: '(\w+)'/.exec(options)?.[1];
    if (host) operation.host = host;
    operation.enc = encodingOf(verb, raw, options);
    describeAnswer(operation, declaration, options);
    describeStatus(operation, key, declaration);
    const { checker } = sdk;
    const parameters = parameter ? types.parameters(
      checker.getNonNullableType(checker.getTypeAtLocation(parameter)), declaration, key) : {};
    if (operation.ret === 'v2list') parameters.page = { t: 'string' }; // in next_page_url
    if (raw.startsWith('/v1/')) Object.values(parameters).forEach(nullToUnset);
    operation[verb === 'POST' ? 'body' : 'query'] = parameters;
    operation.src = 'sdk';
    operation.sdk = place;
    // Accounts.retrieve() without an id is retrieveCurrent(): the first wins.
    if (!out.has(key)) out.set(key, operation);
  }

  function encodingOf(verb, raw, options) {
    if (verb !== 'POST') return 'query';
    if (raw.startsWith('/v2/')) return 'json';
    return /multipart/.test(options) ? 'multipart' : 'form';
  }

  function describeAnswer(operation, declaration, options) {
    const { checker } = sdk;
    const signature = checker.getSignatureFromDeclaration(declaration);
    const { kind, names } = objects.returned(checker.getReturnTypeOfSignature(signature));
    operation.ret = /streaming: true/.test(options) ? 'binary'
      : /methodType: 'search'/.test(options) ? 'search' : kind;
    operation.object = names.length === 1 ? names[0] : names.length ? names : null;
  }

  function describeStatus(operation, key, declaration) {
    const { ts, checker } = sdk;
    const symbol = checker.getSymbolAtLocation(declaration.name);
    const tagged = declaration.jsDoc?.some(
      (doc) => doc.tags?.some((tag) => tag.tagName.text === 'deprecated'));
    if (types.isDeprecated(symbol) || hints.deprecated.has(key) || tagged) operation.deprecated = 1;
    const prose = ts.displayPartsToString(symbol?.getDocumentationComment?.(checker) ?? []) ||
      (declaration.jsDoc ?? []).map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '').join(' ');
    if (/(is|are) deprecated|no longer recommended/i.test(prose)) operation.discouraged = 1;
  }
}
