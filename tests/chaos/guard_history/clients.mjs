// How the clients of these runs ask a gateway that may be killed meanwhile.
import { request } from '../../support/http.mjs';

// The answer of `ask(instance)` by any gateway that is up; nothing if it did not answer.
export async function askAny({ cluster, random }, ask) {
  const instance = await cluster.anyUp(random);
  try {
    return await ask(instance);
  } catch {
    return undefined;
  }
}

// The JSON of the text that a JSON-RPC request is answered with; nothing if it is no result.
export async function rpc(url, method, params) {
  const answer = await request(url, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } });
  const text = answer.body?.result?.content?.[0]?.text;
  return text === undefined ? undefined : JSON.parse(text);
}
