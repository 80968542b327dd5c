// A filter by days: from one day to another, both included, by the clock of the person's device. The days are in the address.
import {useId} from 'preact/hooks';

import {useParameter} from './address';

const dayForm = /^\d{4}-\d\d-\d\d$/;

// The beginning of that day, and of the day after it; nothing if it is no day.
export function startOf(day: string, later = 0): string | undefined {
  if (!dayForm.test(day)) return undefined;
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + later);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

// The days of the address as times that the API takes, and functions that change them.
export function useDays() {
  const [first, setFirst] = useParameter('from');
  const [last, setLast] = useParameter('until');
  return {first, last, setFirst, setLast, from: startOf(first), before: startOf(last, 1)};
}

function Day({label, value, onChange}: {label: string; value: string; onChange: (value: string) => void}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} type="date" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
    </div>
  );
}

export function DayFields({days: {first, last, setFirst, setLast}}: {days: ReturnType<typeof useDays>}) {
  return (
    <>
      <Day label="From" value={first} onChange={setFirst} />
      <Day label="Until" value={last} onChange={setLast} />
    </>
  );
}
