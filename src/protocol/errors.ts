export const errorCodes = [
  'model_required',
  'model_not_found',
  'malformed_json',
  'unknown_command',
  'validation_error',
  'invalid_audio_frame',
  'worker_crash',
  'worker_timeout',
  'worker_unavailable',
  'session_limit',
  'internal_error',
] as const;

/** `code` of an `error` event. */
export type ErrorCode = (typeof errorCodes)[number];

/** The WebSocket close codes in use (RFC 6455, section 7.4, and the IANA registry). */
export const closeCodes = {
  normal: 1000,
  /** The handshake asked for something that does not exist. */
  policyViolation: 1008,
  messageTooBig: 1009,
  /** Session limit reached, or the server is draining. */
  tryAgainLater: 1013,
} as const;

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes];
