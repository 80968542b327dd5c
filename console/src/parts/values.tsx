// Times and amounts in the person's own way of writing, with the exact value beside.
import {useEffect, useState} from 'preact/hooks';

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1],
];

// "3 hours ago", "in 5 days".
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  const size = Math.abs(seconds);
  const [unit, length] = units.find(([, one]) => size >= one) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(undefined, {numeric: 'auto'}).format(Math.trunc(seconds / length), unit);
}

export function Time({at, never = '–'}: {at: string | null | undefined; never?: string}) {
  if (!at) return <span class="quiet">{never}</span>;
  const local = new Date(at).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'});
  return (
    <time dateTime={at} title={at}>
      {local} <span class="quiet">({ago(at)})</span>
    </time>
  );
}

const minute = 60_000;
const hour = 60 * minute;

// How long is left until `at`, counted down: every second in the last hour, "09:59"; before it in words.
export function Countdown({at}: {at: string}) {
  const [now, setNow] = useState(Date.now);
  const left = Date.parse(at) - now;
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setNow(Date.now()), left < hour ? 1_000 : minute);
    return () => clearTimeout(timer);
  }, [left]);
  const seconds = Math.max(0, Math.ceil(left / 1_000));
  const text = left <= 0 ? 'expired' : left < hour ? `in ${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}` : ago(at, now);
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  );
}

// Currencies that Stripe counts without decimals, and with three: as stripe/catalog/money.cpp. What the browser knows of
// decimals is another list, and changes.
const noDecimals = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));

const decimalsOf = (code: string): number => (noDecimals.has(code) ? 0 : threeDecimals.has(code) ? 3 : 2);

// An amount in the smallest unit of its currency, as Stripe counts.
export function money(amount: number, currency: string): string {
  const code = currency.toLowerCase();
  const digits = decimalsOf(code);
  return new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: code.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}

// "49.99" in the smallest unit of that currency, exactly. Throws an Error with a sentence if it is no amount of it.
export function minorUnits(text: string, currency: string): number {
  const digits = decimalsOf(currency);
  const [, whole = '', part = ''] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  if (!whole) throw new Error('An amount is a number such as 50 or 49.99.');
  if (part.length > digits) throw new Error(`${currency.toUpperCase()} has ${digits} digits after the point.`);
  return Number(whole + part.padEnd(digits, '0'));
}

// The reverse: 4999 usd is "49.99", 5000 usd is "50".
export function wholeUnits(amount: number, currency: string): string {
  const digits = decimalsOf(currency);
  const text = String(amount).padStart(digits + 1, '0');
  const part = text.slice(text.length - digits);
  return digits === 0 || /^0+$/.test(part) ? text.slice(0, text.length - digits) : `${text.slice(0, text.length - digits)}.${part}`;
}

export function Money({amount, currency}: {amount: number | null | undefined; currency: string | null | undefined}) {
  if (amount === null || amount === undefined || !currency) return <span class="quiet">–</span>;
  return <span title={`${amount} in the smallest unit of ${currency.toUpperCase()}`}>{money(amount, currency)}</span>;
}

export function Id({text, to}: {text: string | null | undefined; to?: string}) {
  if (!text) return <span class="quiet">–</span>;
  return to ? (
    <a href={to}>
      <code>{text}</code>
    </a>
  ) : (
    <code>{text}</code>
  );
}
