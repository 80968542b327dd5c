// What is being looked for. A secret stays in memory; anything else stands in the address.
import {signal} from '@preact/signals';

export const pasted = signal('');

// Whether `text` may hold a token: a whole MCP URL, a token, an API key, an invitation.
export const isSecret = (text: string): boolean => /tg[a-z]_[0-9A-Za-z]{12,}|^ey[JK]/.test(text);
