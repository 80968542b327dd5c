// The npm package `stripe`, opened with TypeScript's own compiler: its .js files say method and path, its .d.ts types.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

// modules: the node_modules folder that holds stripe and typescript 5 (7 has no compiler API of this form).
export function openSdk(modules) {
  const root = path.resolve(modules, 'stripe');
  const ts = createRequire(import.meta.url)(path.resolve(modules, 'typescript'));
  const resources = path.join(root, 'esm/resources');
  const files = fs.readdirSync(resources, { recursive: true })
    .filter((name) => name.endsWith('.js')).sort().map((name) => path.join(resources, name));
  const program = ts.createProgram(files.map((f) => f.replace(/\.js$/, '.d.ts')), {
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true, noEmit: true, skipLibCheck: true, types: [],
  });
  const version = JSON.parse(fs.readFileSync(path.join(root, 'package.json'))).version;
  const apiVersion = /ApiVersion = '([^']+)'/.exec(
    fs.readFileSync(path.join(root, 'esm/apiVersion.js'), 'utf8'))[1];
  return { ts, resources, files, program, checker: program.getTypeChecker(), version, apiVersion };
}
