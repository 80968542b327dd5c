// A native dialog, and the confirmations that are made of it.
import type {ComponentChildren} from 'preact';
import {useLayoutEffect, useRef, useState} from 'preact/hooks';

import {useAction} from '../api/use';
import {ProblemNote} from './basics';

export function Dialog({title, onClose, children}: {title: string; onClose: () => void; children: ComponentChildren}) {
  const ref = useRef<HTMLDialogElement>(null);
  // A layout effect: Preact runs the cleanup of the other kind only after the dialog has left the page, and keys pressed until then go nowhere.
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // The browser gives the focus back only when a dialog is closed, not when it is removed.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={ref} aria-labelledby="dialog-title" onCancel={onClose}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

interface Confirmation {
  label: string; // of the button that opens it
  title: string;
  explain: ComponentChildren; // what will happen
  action: string; // of the button that does it
  danger?: boolean;
  typed?: string; // a name that must be typed first
  reason?: 'optional' | 'required';
  work: (reason: string) => Promise<void>;
}

// A button that asks before it acts.
export function Confirm(of: Confirmation) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class={of.danger ? 'danger' : ''} onClick={() => setOpen(true)}>
        {of.label}
      </button>
      {open && <ConfirmDialog of={of} onClose={() => setOpen(false)} />}
    </>
  );
}

function ConfirmDialog({of, onClose}: {of: Confirmation; onClose: () => void}) {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const act = useAction(async () => {
    await of.work(reason.trim());
    onClose();
  });
  const ready = (!of.typed || typed === of.typed) && (of.reason !== 'required' || reason.trim() !== '');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (ready) act.run();
  };
  return (
    <Dialog title={of.title} onClose={onClose}>
      <form onSubmit={submit}>
        <div class="explain">{of.explain}</div>
        {of.reason && (
          <label>
            Reason {of.reason === 'optional' && <span class="quiet">(optional)</span>}
            <input value={reason} maxLength={200} onInput={(event) => setReason(event.currentTarget.value)} />
          </label>
        )}
        {of.typed && (
          <label>
            Type <code>{of.typed}</code> to go on
            <input value={typed} autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
          </label>
        )}
        <ProblemNote problem={act.problem} />
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class={of.danger ? 'danger primary' : 'primary'} disabled={!ready || act.busy}>
            {act.busy ? 'Working…' : of.action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
