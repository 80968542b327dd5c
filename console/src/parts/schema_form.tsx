// A form of the arguments that a tool takes, made from its schema.
import {Choice, TextArea, TextField} from './fields';
import {type FormField, type FormValues, keyOf} from './schema_values';
import {money} from './values';

const leftOut: [string, string] = ['', 'left out'];
const openMax = 12; // more arguments than these are behind a line to click

// "15.00 USD" for 1500 beside a currency that the form has.
function amountHint(field: FormField, values: FormValues): string | undefined {
  const text = values[keyOf(field)]?.trim() ?? '';
  const currency = values.currency?.trim() ?? '';
  if (field.kind !== 'whole' || !/amount$/.test(keyOf(field)) || !/^\d{1,15}$/.test(text) || !/^[A-Za-z]{3}$/.test(currency)) return undefined;
  return money(Number(text), currency);
}

function OneField({field, values, onChange}: {field: FormField; values: FormValues; onChange: (text: string) => void}) {
  const value = values[keyOf(field)] ?? '';
  const name = keyOf(field);
  const label = (
    <>
      <code>{name}</code>
      {field.required && <span class="quiet"> (required)</span>}
    </>
  );
  const amount = amountHint(field, values);
  const hint = [field.schema.description, amount && `That is ${amount}.`].filter(Boolean).join(' ');
  if (field.kind === 'choice') return <Choice label={label} value={value} hint={hint} onChange={onChange} options={[leftOut, ...(field.schema.enum ?? []).map((one): [string, string] => [one, one])]} />;
  if (field.kind === 'truth') return <Choice label={label} value={value} hint={hint} onChange={onChange} options={[leftOut, ['true', 'true'], ['false', 'false']]} />;
  if (field.kind === 'lines') return <TextArea label={label} value={value} rows={2} hint={`${hint} One a line.`.trim()} onChange={onChange} />;
  if (field.kind === 'json') return <TextArea label={label} value={value} rows={2} hint={`${hint} As JSON.`.trim()} onChange={onChange} />;
  return <TextField label={label} value={value} hint={hint} onChange={onChange} />;
}

export function SchemaForm({fields, values, onChange}: {fields: FormField[]; values: FormValues; onChange: (values: FormValues) => void}) {
  const show = (list: FormField[]) => list.map((one) => <OneField key={keyOf(one)} field={one} values={values} onChange={(text) => onChange({...values, [keyOf(one)]: text})} />);
  const count = Math.max(openMax, fields.filter((one) => one.required).length);
  const later = fields.slice(count);
  return (
    <>
      {fields.length === 0 && <p class="quiet">It takes no arguments.</p>}
      {show(fields.slice(0, count))}
      {later.length > 0 && (
        <details open={later.some((one) => values[keyOf(one)])}>
          <summary>{later.length === 1 ? 'One more argument' : `${later.length} more arguments`}</summary>
          {show(later)}
        </details>
      )}
    </>
  );
}
