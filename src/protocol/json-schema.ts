import { z } from 'zod';
import { clientCommandSchema } from './commands.ts';
import { serverEventSchema } from './events.ts';

/** The messages of `/v1/realtime` as a JSON Schema document (draft 2020-12). */
export function protocolSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Text messages of /v1/realtime',
    $defs: {
      ServerEvent: definition(serverEventSchema),
      ClientCommand: definition(clientCommandSchema),
    },
  };
}

/** Events stay open to further fields, as clients have to expect them; `session.configure` is closed. */
function definition(schema: z.ZodType): object {
  const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
