import type { ServerConfig } from '../config/options.ts';
import { joinHostPort, unbracketed } from '../host-port.ts';
import type { TheoServer } from '../server/app.ts';

/** Hosts that stand for every address of a machine, and one of those that reaches it from there. */
const everyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** What to do with a server that has just started, for its first user. */
export function firstSteps(
  { port, model }: Pick<TheoServer, 'port' | 'model'>,
  { host, apiKeys }: Pick<ServerConfig, 'host' | 'apiKeys'>,
): readonly string[] {
  const address = joinHostPort(everyAddress[unbracketed(host)] ?? host, port);
  if (model === null)
    return [`  no worker takes work yet; this says when one does: theo ps --url ${address}`];
  const url = `ws://${address}/v1/realtime?model=${model}`;
  const key = apiKeys.length > 0 ? ' -H "Authorization: Bearer KEY"' : '';
  return [
    `  model:   ${model}`,
    `  speech:  ${url} (16-bit PCM in binary messages; docs/protocol.md)`,
    `  try it:  npx wscat -c "${url}"${key}`,
  ];
}
