// The server that tests/bench/run --peers measures beside the gateway: the MCP SDK's own, with two tools over the same upstream.
// Usage: peer.mjs UPSTREAM_PORT. Prints its port. Without sessions, as the SDK's examples do it: a server for each request.
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

const upstream = `http://127.0.0.1:${process.argv[2]}`;

async function ask(path) {
  const answer = await fetch(upstream + path, { headers: { authorization: 'Bearer rk_test_peer' } });
  return { content: [{ type: 'text', text: await answer.text() }], isError: !answer.ok };
}

function server() {
  const made = new McpServer({ name: 'peer', version: '1.0.0' });
  made.registerTool('get_single_stripe_balance_by_id', { inputSchema: {} }, () => ask('/v1/balance'));
  made.registerTool('list_all_stripe_charges', { inputSchema: { limit: z.number() } }, ({ limit }) => ask(`/v1/charges?limit=${limit}`));
  return made;
}

const http = createServer(async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  const one = server();
  response.on('close', () => {
    transport.close();
    one.close();
  });
  await one.connect(transport);
  await transport.handleRequest(request, response);
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
