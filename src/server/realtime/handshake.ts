import type { ErrorCode } from '../../protocol/errors.ts';
import { type CloseCode, closeCodes } from '../../protocol/errors.ts';
import { isLanguage, resolveLanguage } from '../../protocol/session-config.ts';

/** What a client asks for in the URL of its upgrade request. */
export interface HandshakeQuery {
  readonly model: string | undefined;
  readonly language: string | undefined;
}

export type HandshakeAnswer =
  | { readonly ok: true; readonly model: string; readonly language: string | null }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly closeCode: CloseCode };

export interface HandshakeState {
  readonly isDraining: boolean;
  readonly sessions: number;
  readonly maxSessions: number;
  /** Names of the models that can be asked for. */
  readonly models: readonly string[];
  readonly hasModel: (name: string) => boolean;
}

/** Decides whether a session may begin. */
export function answerHandshake(query: HandshakeQuery, state: HandshakeState): HandshakeAnswer {
  if (state.isDraining) {
    return refuse('session_limit', 'the server is shutting down', closeCodes.tryAgainLater);
  }
  if (state.sessions >= state.maxSessions) {
    return refuse('session_limit', `all ${state.maxSessions} sessions are taken`, closeCodes.tryAgainLater);
  }
  const offer = `available: ${state.models.join(', ') || 'none'}`;
  if (!query.model) return refuse('model_required', `name a model: /v1/realtime?model=NAME (${offer})`);
  if (!state.hasModel(query.model)) {
    return refuse('model_not_found', `no model "${query.model.slice(0, 64)}" (${offer})`);
  }
  const language = query.language || null;
  if (language !== null && !isLanguage(language)) {
    return refuse('validation_error', 'language: must be two lower-case letters (ISO 639-1) or "auto"');
  }
  return { ok: true, model: query.model, language: resolveLanguage(language) };
}

function refuse(
  code: ErrorCode,
  message: string,
  closeCode: CloseCode = closeCodes.policyViolation,
): HandshakeAnswer {
  return { ok: false, code, message, closeCode };
}
