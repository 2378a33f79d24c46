import type { z } from 'zod';
import { type ClientCommand, commandSchemas, isCommandType } from './commands.ts';

/** The longest command that is looked at, in UTF-16 code units. */
export const maxCommandLength = 65_536;

export interface CommandError {
  readonly code: 'malformed_json' | 'unknown_command' | 'validation_error';
  /** Names the field at fault and what is allowed; one line. */
  readonly message: string;
}

export type ParsedCommand =
  | { readonly ok: true; readonly command: ClientCommand }
  | { readonly ok: false; readonly error: CommandError };

/** Reads a text message of a client; whatever it holds, nothing is thrown. */
export function parseCommand(text: string): ParsedCommand {
  if (text.length > maxCommandLength) {
    return failure('validation_error', `a command has at most ${maxCommandLength} characters`);
  }
  const json = parseJson(text);
  if (json === undefined) return failure('malformed_json', 'a text message must be valid JSON');
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return failure('malformed_json', 'a command must be a JSON object with a "type"');
  }
  const type: unknown = 'type' in json ? json.type : undefined;
  if (typeof type !== 'string' || !isCommandType(type)) {
    const what =
      typeof type === 'string' ? `unknown type ${JSON.stringify(type.slice(0, 64))}` : 'type is missing';
    return failure('unknown_command', `${what} (allowed: ${Object.keys(commandSchemas).join(', ')})`);
  }
  const result = commandSchemas[type].safeParse(json);
  return result.success
    ? { ok: true, command: result.data }
    : failure('validation_error', describe(result.error.issues));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One message a field, unknown fields first, three at most. */
function describe(issues: readonly z.core.$ZodIssue[]): string {
  const messages = new Map<string, string>();
  for (const issue of issues.toSorted((a, b) => a.path.length - b.path.length)) {
    const field = issue.path.join('.');
    if (!messages.has(field))
      messages.set(field, field === '' ? issue.message : `${field}: ${issue.message}`);
  }
  return [...messages.values()].slice(0, 3).join('; ');
}

function failure(code: CommandError['code'], message: string): ParsedCommand {
  return { ok: false, error: { code, message } };
}
