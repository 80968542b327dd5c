// Form fields with their labels.
import type {ComponentChildren} from 'preact';
import {useEffect, useId, useState} from 'preact/hooks';

interface TextOf {
  label: ComponentChildren;
  value: string;
  onChange: (value: string) => void;
  hint?: ComponentChildren;
  type?: 'text' | 'password' | 'email' | 'search';
  required?: boolean;
  autocomplete?: 'off' | 'username' | 'current-password' | 'new-password' | 'one-time-code';
  maxLength?: number;
  placeholder?: string;
}

export function TextField({label, value, onChange, hint, type = 'text', required, autocomplete = 'off', maxLength, placeholder}: TextOf) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        {...({type} as {type: 'text'})}
        value={value}
        required={required}
        autocomplete={autocomplete}
        maxLength={maxLength}
        placeholder={placeholder}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <Hint of={id} text={hint} />
    </div>
  );
}

// What helps to fill in the field with that id; read after its label.
function Hint({of, text}: {of: string; text: ComponentChildren}) {
  return text ? <small id={`${of}-hint`}>{text}</small> : null;
}

interface ChoiceOf {
  label: ComponentChildren;
  value: string;
  onChange: (value: string) => void;
  options: [string, string][]; // value and text
  hint?: ComponentChildren;
}

export function Choice({label, value, onChange, options, hint}: ChoiceOf) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} aria-describedby={hint ? `${id}-hint` : undefined} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
      <Hint of={id} text={hint} />
    </div>
  );
}

interface TextAreaOf {
  label: ComponentChildren;
  value: string;
  onChange: (value: string) => void;
  rows: number;
  hint?: ComponentChildren;
}

// Several lines of something that is not prose: JSON.
export function TextArea({label, value, onChange, rows, hint}: TextAreaOf) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} rows={rows} spellcheck={false} value={value} aria-describedby={hint ? `${id}-hint` : undefined} onInput={(event) => onChange(event.currentTarget.value)} />
      <Hint of={id} text={hint} />
    </div>
  );
}

export function Check({label, value, onChange, hint}: {label: ComponentChildren; value: boolean; onChange: (value: boolean) => void; hint?: ComponentChildren}) {
  const id = useId();
  return (
    <div class="check">
      <input id={id} type="checkbox" checked={value} aria-describedby={hint ? `${id}-hint` : undefined} onChange={(event) => onChange(event.currentTarget.checked)} />
      <div>
        <label for={id}>{label}</label>
        <Hint of={id} text={hint} />
      </div>
    </div>
  );
}

// A filter that is applied when the field is left, or with Enter.
export function FilterField({label, value, onChange, placeholder}: {label: string; value: string; onChange: (value: string) => void; placeholder?: string}) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="search"
        value={draft}
        placeholder={placeholder}
        autocomplete="off"
        onInput={(event) => setDraft(event.currentTarget.value)}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
        onKeyDown={(event) => event.key === 'Enter' && onChange(draft.trim())}
      />
    </label>
  );
}
