import type { ServerEvent } from '../protocol/events.ts';

const eventTypes: Readonly<Record<ServerEvent['type'], true>> = {
  'session.created': true,
  'session.updated': true,
  'vad.speech_start': true,
  'vad.speech_end': true,
  'transcript.partial': true,
  'transcript.final': true,
  'session.rate_limit': true,
  'session.frames_dropped': true,
  'session.hold': true,
  error: true,
  'session.closed': true,
};

/** @returns the event that a message carries; undefined for anything this client does not know. */
export function parseEvent(data: unknown): ServerEvent | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const event: unknown = JSON.parse(data);
    return isServerEvent(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

/** By its type alone: the server is trusted with the fields. */
function isServerEvent(value: unknown): value is ServerEvent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    Object.hasOwn(eventTypes, value.type)
  );
}
