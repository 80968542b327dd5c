// Makes what the binary serves under /console/: node build.mjs OUT_DIR
//
// Writes index.html, app.js, app.css, plot.js, qr.js and mark.svg, each also as .gz and .br. The page names script and style with the
// start of their SHA-256, so that a browser may keep them for ever.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';

import {build} from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error('usage: node build.mjs OUT_DIR');
  process.exit(2);
}

const options = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  outdir: '/',
  format: 'esm',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  charset: 'utf8',
  external: ['/console/assets/*'],
};

const files = new Map();
const bundle = async (entry, define = {}) => {
  const bundled = await build({...options, entryPoints: entry, define});
  for (const file of bundled.outputFiles) files.set(path.basename(file.path), Buffer.from(file.contents));
};

const named = (name) => {
  const digest = createHash('sha256').update(files.get(name)).digest('hex').slice(0, 16);
  const dot = name.lastIndexOf('.');
  return `/console/assets/${name.slice(0, dot)}.${digest}${name.slice(dot)}`;
};

// The page loads these scripts by their address, when it shows a plot or a QR code.
await bundle({plot: 'src/plot.ts', qr: 'src/qr.ts'});
await bundle({app: 'src/main.tsx'}, {PLOT_SCRIPT: JSON.stringify(named('plot.js')), QR_SCRIPT: JSON.stringify(named('qr.js'))});
files.set('mark.svg', readFileSync(path.join(here, 'src/style/mark.svg')));

const page = readFileSync(path.join(here, 'src/index.html'), 'utf8')
  .replace('{{script}}', named('app.js'))
  .replace('{{style}}', named('app.css'))
  .replace('{{mark}}', named('mark.svg'));
files.set('index.html', Buffer.from(page));

mkdirSync(out, {recursive: true});
for (const [name, content] of files) {
  writeFileSync(path.join(out, name), content);
  writeFileSync(path.join(out, `${name}.gz`), gzipSync(content, {level: 9}));
  const quality = {[constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length};
  writeFileSync(path.join(out, `${name}.br`), brotliCompressSync(content, {params: quality}));
}
