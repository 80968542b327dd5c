// What would become of a call, without sending it.
import {useState} from 'preact/hooks';

import {call, Problem, type Schemas} from '../api/client';
import {useAction} from '../api/use';
import {Card, Facts, Note, ProblemNote} from '../parts/basics';
import {TextArea, TextField} from '../parts/fields';

type Explanation = Schemas['CallExplanation'];

function title(of: Explanation): string {
  if (of.allowed) return 'It would be sent';
  if (of.allowed === null) return 'It is decided by the calls that it makes';
  return of.refused_by?.effect === 'needs_approval' ? 'A person would have to approve it' : 'It would be refused';
}

function Answer({of}: {of: Explanation}) {
  const refusal = of.refused_by;
  return (
    <Card title={title(of)}>
      {refusal && <Note kind="warn">{refusal.message}</Note>}
      <Facts
        rows={[
          ['Operation', <code>{of.tool}</code>],
          ['Shown', of.visible ? `yes (${of.listed ?? ''})` : `no: hidden by ${of.reason ?? ''}`],
          ['Rule', refusal && <code>{`${refusal.layer ? `${refusal.layer}: ` : ''}${refusal.rule}`}</code>],
          ['Next step', refusal?.next_step],
          ['Approvals needed', refusal?.approvals_needed && String(refusal.approvals_needed)],
          ['Of the groups', refusal?.approver_groups?.join(', ')],
          ['Counted by', of.counted_by?.join(', ')],
          ['Exceptions', of.excepted?.join(', ')],
          ['Limited by', of.scoped_by?.join(', ')],
          ['Would read first', of.decided_after?.map((one) => `${one.about} (${one.reads})`).join(', ')],
        ]}
      />
      {of.request && (
        <pre tabIndex={0}>
          {`${of.request.method} ${of.request.url}\n`}
          {Object.entries(of.request.headers).map(([name, value]) => `${name}: ${value}\n`)}
          {of.request.body && `\n${of.request.body}`}
        </pre>
      )}
    </Card>
  );
}

export function Explain({path}: {path: string}) {
  const [tool, setTool] = useState('');
  const [given, setGiven] = useState('{\n  \n}');
  const [answer, setAnswer] = useState<Explanation>();
  const act = useAction(async () => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(given);
    } catch (error) {
      throw new Problem(0, 'page', `The arguments are not JSON: ${error instanceof Error ? error.message : ''}`, 'arguments');
    }
    setAnswer(await call<Explanation>('POST', `${path}/explain`, {tool: tool.trim(), arguments: parsed}));
  });
  return (
    <>
      <form
        class="narrow"
        onSubmit={(event) => {
          event.preventDefault();
          act.run();
        }}
      >
        <p class="quiet">Nothing is sent.</p>
        <TextField label="Tool" value={tool} onChange={setTool} required placeholder="create_a_stripe_refund" />
        <TextArea label="Arguments, as a model would give them" rows={8} value={given} onChange={setGiven} />
        <ProblemNote problem={act.problem} />
        <div class="buttons">
          <button type="submit" class="primary" disabled={act.busy}>
            Explain
          </button>
        </div>
      </form>
      {answer && <Answer of={answer} />}
    </>
  );
}
