import { z } from 'zod';
import { changeOf, closedObject, number, type Shape } from '../schema-kit.ts';
import { configChangeShape, type SessionConfigChange } from './session-config.ts';

/** Changes how the session listens, from the next audio on. */
export interface SessionConfigure extends SessionConfigChange {
  readonly type: 'session.configure';
  /** Words to expect; replaces the earlier list, and [] empties it. */
  readonly hot_words?: readonly string[] | null;
  /** How strongly hot words are preferred; 0: not at all. */
  readonly hot_word_boost?: number | null;
  /** Clients of the original Theo send it with the rest; it is ignored. */
  readonly model_tts?: unknown;
}

/** Ends the current segment now: its final follows. Does nothing in silence. */
export interface InputAudioBufferCommit {
  readonly type: 'input_audio_buffer.commit';
}

/** Ends the session at once, without finals. */
export interface SessionCancel {
  readonly type: 'session.cancel';
}

/** Ends the session after the finals of what was received. */
export interface SessionClose {
  readonly type: 'session.close';
}

/** Everything a client sends as text. */
export type ClientCommand = SessionConfigure | InputAudioBufferCommit | SessionCancel | SessionClose;

const maxHotWords = 500;
const maxHotWordLength = 100;
const hotWordError = `must be a string of 1 to ${maxHotWordLength} characters`;
const hotWordsError = `must be an array of at most ${maxHotWords} strings`;

const shapes: { readonly [K in ClientCommand['type']]: Shape<Extract<ClientCommand, { type: K }>> } = {
  'session.configure': {
    type: z.literal('session.configure'),
    ...configChangeShape,
    hot_words: changeOf(
      z
        .array(
          z
            .string({ error: hotWordError })
            .min(1, { error: hotWordError })
            .max(maxHotWordLength, { error: hotWordError }),
          { error: hotWordsError },
        )
        .max(maxHotWords, { error: hotWordsError }),
    ),
    hot_word_boost: changeOf(number(0, 100)),
    model_tts: z.exactOptional(z.unknown()),
  },
  'input_audio_buffer.commit': { type: z.literal('input_audio_buffer.commit') },
  'session.cancel': { type: z.literal('session.cancel') },
  'session.close': { type: z.literal('session.close') },
};

/** A command's schema by its type. An end that does not end helps nobody: only `session.configure` is read strictly. */
export const commandSchemas: {
  readonly [K in ClientCommand['type']]: z.ZodType<Extract<ClientCommand, { type: K }>>;
} = {
  'session.configure': closedObject(shapes['session.configure']),
  'input_audio_buffer.commit': z.object(shapes['input_audio_buffer.commit']),
  'session.cancel': z.object(shapes['session.cancel']),
  'session.close': z.object(shapes['session.close']),
};

export const clientCommandSchema: z.ZodType<ClientCommand> = z.union(Object.values(commandSchemas));

export function isCommandType(type: string): type is ClientCommand['type'] {
  return Object.hasOwn(commandSchemas, type);
}

/** The text message that carries a command. */
export function serializeCommand(command: ClientCommand): string {
  return JSON.stringify(command);
}
