// A URL that is shown once: to be copied, or scanned by a phone.
import {useState} from 'preact/hooks';

import {useAction} from '../api/use';
import type {pathOf} from '../qr';
import {Copy, ProblemNote} from './basics';

declare const QR_SCRIPT: string; // the address of qr.ts, from build.mjs

const quiet = 4; // modules around the code that stay light (ISO/IEC 18004)

function Code({path, side}: ReturnType<typeof pathOf>) {
  const whole = side + 2 * quiet;
  return (
    <svg class="qr" role="img" aria-label="QR code of the URL" viewBox={`${-quiet} ${-quiet} ${whole} ${whole}`} shape-rendering="crispEdges">
      <rect x={-quiet} y={-quiet} width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

export function SecretUrl({url}: {url: string}) {
  const [code, setCode] = useState<ReturnType<typeof pathOf>>();
  const show = useAction(async () => {
    const qr = (await import(/* @vite-ignore */ QR_SCRIPT)) as {pathOf: typeof pathOf};
    setCode(qr.pathOf(url));
  });
  return (
    <>
      <div class="secret">
        <code>{url}</code>
        <Copy text={url} label="Copy the URL" />
        <button type="button" class="small" aria-expanded={Boolean(code)} disabled={show.busy} onClick={() => (code ? setCode(undefined) : show.run())}>
          {code ? 'Hide the QR code' : 'Show a QR code'}
        </button>
      </div>
      <ProblemNote problem={show.problem} />
      {code && <Code {...code} />}
    </>
  );
}
