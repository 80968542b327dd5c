// Imports a file of customers and orders: first what would happen, then the import.
import {useState} from 'preact/hooks';

import {Problem, type Schemas} from '../api/client';
import {importOrders} from '../api/upload';
import {useAction} from '../api/use';
import {Card, Facts, Note, ProblemNote} from '../parts/basics';

type Report = Schemas['ImportReport'];

const words = (counts: Schemas['ImportCounts']): string => `${counts.added} added, ${counts.changed} changed, ${counts.unchanged} unchanged`;

function Outcome({of}: {of: Report}) {
  return (
    <Note kind={of.rejected ? 'warn' : 'good'}>
      <p>{of.dry_run ? 'Nothing was changed. The import would be:' : 'Imported:'}</p>
      <Facts
        rows={[
          ['Customers', words(of.customers)],
          ['Orders', words(of.orders)],
          ['Left out', String(of.rejected)],
        ]}
      />
      {of.rejected_lines.length > 0 && (
        <details>
          <summary>Why lines were left out</summary>
          <ul>
            {of.rejected_lines.slice(0, 100).map((one) => (
              <li key={one.line}>
                Line {one.line}: {one.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Note>
  );
}

export function ImportOrders({accountId}: {accountId: string}) {
  const [file, setFile] = useState<File>();
  const [done, setDone] = useState(0);
  const [report, setReport] = useState<Report>();
  const act = useAction(async (dryRun: boolean) => {
    if (!file) throw new Problem(0, 'page', 'Choose a file first.');
    setReport(undefined);
    setDone(0);
    setReport(await importOrders(accountId, file, dryRun, setDone));
  });
  return (
    <Card title="Import">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          act.run(false);
        }}
      >
        <div class="field">
          <label for="orders-file">File</label>
          <input
            id="orders-file"
            type="file"
            accept=".csv,.jsonl"
            aria-describedby="orders-file-hint"
            onChange={(event) => setFile(event.currentTarget.files?.[0] ?? undefined)}
          />
          <small id="orders-file-hint">CSV with a header, or JSON Lines: customers and orders with their ids. The same file again changes nothing.</small>
        </div>
        {act.busy && <progress value={done} max={1} aria-label="Imported" />}
        <ProblemNote problem={act.problem} />
        {report && <Outcome of={report} />}
        <div class="buttons">
          <button type="button" disabled={!file || act.busy} onClick={() => act.run(true)}>
            See what would happen
          </button>
          <button type="submit" class="primary" disabled={!file || act.busy}>
            {act.busy ? 'Importing…' : 'Import'}
          </button>
        </div>
      </form>
    </Card>
  );
}
