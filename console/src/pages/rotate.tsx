// A new URL for the same MCP server.
import {useState} from 'preact/hooks';

import {call, type Schemas} from '../api/client';
import {useAction} from '../api/use';
import {Note, ProblemNote} from '../parts/basics';
import {Dialog} from '../parts/dialog';
import {Choice} from '../parts/fields';
import {SecretUrl} from '../parts/secret_url';

const overlaps: [string, string][] = [
  ['0', 'at once'],
  ['3600', 'after an hour'],
  ['86400', 'after a day'],
  ['604800', 'after a week'],
];

export function Rotate({server, path, onDone}: {server: Schemas['McpServer']; path: string; onDone: () => void}) {
  const [open, setOpen] = useState(false);
  const [overlap, setOverlap] = useState('0');
  const [url, setUrl] = useState('');
  const act = useAction(async () => {
    const made = await call<Schemas['CreatedMcpServer']>('POST', `${path}/rotate`, {overlap_seconds: Number(overlap)});
    setUrl(made.url ?? made.oauth_url ?? '');
    onDone();
  });
  const close = (): void => {
    setOpen(false);
    setUrl('');
  };
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        New URL
      </button>
      {open && (
        <Dialog title={`A new URL for ${server.name}`} onClose={close}>
          {url ? (
            <>
              <Note kind="warn">This URL is shown once. Give it to the client now.</Note>
              <SecretUrl url={url} />
              <div class="buttons">
                <button type="button" class="primary" onClick={close}>
                  Done
                </button>
              </div>
            </>
          ) : (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                act.run();
              }}
            >
              <Choice label="The present URL stops working" value={overlap} onChange={setOverlap} options={overlaps} hint="If it has leaked: at once." />
              <ProblemNote problem={act.problem} />
              <div class="buttons">
                <button type="button" onClick={close}>
                  Cancel
                </button>
                <button type="submit" class="primary" disabled={act.busy}>
                  {act.busy ? 'Working…' : 'Make a new URL'}
                </button>
              </div>
            </form>
          )}
        </Dialog>
      )}
    </>
  );
}
