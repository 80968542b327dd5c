// What would become of a call, without sending it.
import {useEffect, useId, useState} from 'preact/hooks';

import {call, Problem, type Schemas} from '../api/client';
import {useAction, useResource} from '../api/use';
import {useParameter} from '../parts/address';
import {Card, Facts, Note, ProblemNote} from '../parts/basics';
import {TextArea} from '../parts/fields';
import {SchemaForm} from '../parts/schema_form';
import {argumentsOf, fieldsOf, type FormField, type FormValues, type Schema, valuesOf} from '../parts/schema_values';
import {Caps} from './server_parts';

type Explanation = Schemas['CallExplanation'];

function title(of: Explanation): string {
  if (of.allowed) return 'It would be sent';
  if (of.allowed === null) return 'It is decided by the calls that it makes';
  return of.refused_by?.effect === 'needs_approval' ? 'A person would have to approve it' : 'It would be refused';
}

function Answer({of, path}: {of: Explanation; path: string}) {
  const refusal = of.refused_by;
  return (
    <>
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
      {of.counted_by && <Caps path={path} only={of.counted_by} />}
    </>
  );
}

// The name of a tool, completed from those that the MCP server has; it counts when it is one of them, or when the field is left.
function ToolField({path, value, onChange}: {path: string; value: string; onChange: (name: string) => void}) {
  const id = useId();
  const listed = useResource<Schemas['ToolList']>(`${path}/tools`);
  const [draft, setDraft] = useState(value);
  const names = listed.data?.result.map((one) => one.name) ?? [];
  // What was typed before the names were here.
  useEffect(() => {
    if (draft !== value && names.includes(draft)) onChange(draft);
  }, [listed.data]);
  const type = (text: string): void => {
    setDraft(text);
    if (names.includes(text)) onChange(text);
  };
  return (
    <div class="field">
      <label for={id}>Tool</label>
      <input
        id={id}
        list={`${id}-names`}
        value={draft}
        required
        autocomplete="off"
        placeholder="create_a_stripe_refund"
        onInput={(event) => type(event.currentTarget.value)}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
      />
      <datalist id={`${id}-names`}>
        {names.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <ProblemNote problem={listed.problem} />
    </div>
  );
}

type Draft = {values: FormValues; json: undefined} | {values: undefined; json: string};

const asJson = (value: unknown): string => JSON.stringify(value, null, 2);

function parsedObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('they must be an object, {…}.');
  return value as Record<string, unknown>;
}

// Throws a Problem with a sentence.
function givenArguments(draft: Draft, fields: FormField[]): Record<string, unknown> {
  try {
    return draft.json === undefined ? argumentsOf(fields, draft.values) : parsedObject(draft.json);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new Problem(0, 'page', draft.json === undefined ? why : `The arguments are not JSON: ${why}`, 'arguments');
  }
}

// One tool's arguments as a form or as JSON, and what would become of the call.
function Question({path, tool, fields}: {path: string; tool: string; fields: FormField[] | undefined}) {
  const [draft, setDraft] = useState<Draft>(fields ? {values: {}, json: undefined} : {values: undefined, json: '{\n  \n}'});
  const [answer, setAnswer] = useState<Explanation>();
  const act = useAction(async () => setAnswer(await call<Explanation>('POST', `${path}/explain`, {tool, arguments: givenArguments(draft, fields ?? [])})));
  const swap = useAction(async () => {
    const given = givenArguments(draft, fields ?? []);
    if (draft.json === undefined) return setDraft({values: undefined, json: asJson(given)});
    const values = valuesOf(fields ?? [], given);
    if (!values) throw new Problem(0, 'page', 'The form cannot show all of these arguments.', 'arguments');
    setDraft({values, json: undefined});
  });
  return (
    <>
      <form
        class="narrow"
        onSubmit={(event) => {
          event.preventDefault();
          swap.clear();
          act.run();
        }}
      >
        {draft.json === undefined ? (
          <SchemaForm fields={fields ?? []} values={draft.values} onChange={(values) => setDraft({values, json: undefined})} />
        ) : (
          <TextArea label="Arguments, as a model would give them" rows={8} value={draft.json} onChange={(json) => setDraft({values: undefined, json})} />
        )}
        <ProblemNote problem={act.problem ?? swap.problem} />
        <div class="buttons">
          {fields && (
            <button
              type="button"
              onClick={() => {
                act.clear();
                swap.run();
              }}
            >
              {draft.json === undefined ? 'Edit as JSON' : 'Edit as a form'}
            </button>
          )}
          <button type="submit" class="primary" disabled={act.busy}>
            Explain
          </button>
        </div>
      </form>
      <div aria-live="polite">{answer && <Answer of={answer} path={path} />}</div>
    </>
  );
}

const nameForm = /^[A-Za-z0-9_-]{1,64}$/;

export function Explain({path}: {path: string}) {
  const [tool, setTool] = useParameter('tool');
  const named = nameForm.test(tool);
  const known = useResource<Schemas['ToolDefinition']>(named ? `${path}/tools/${tool}` : null);
  const schema = known.data?.inputSchema as Schema | undefined;
  return (
    <>
      <div class="narrow">
        <p class="quiet">Nothing is sent.</p>
        <ToolField path={path} value={tool} onChange={setTool} />
        {tool && !named && <Note kind="warn">The name of a tool has letters, digits, _ and - only.</Note>}
        {known.loading && <p class="quiet loading">Reading its arguments…</p>}
        {known.data && <p>{known.data.description}</p>}
        {known.problem && known.problem.status !== 404 && <ProblemNote problem={known.problem} />}
        {known.problem?.status === 404 && <p class="quiet">The gateway lists no arguments under this name, so that there is no form for them. Type them as JSON.</p>}
      </div>
      {named && !known.loading && <Question key={`${tool} ${Boolean(schema)}`} path={path} tool={tool} fields={schema && fieldsOf(schema)} />}
    </>
  );
}
