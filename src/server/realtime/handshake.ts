import type { Engines } from '../../engine/types.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { type CloseCode, closeCodes } from '../../protocol/errors.ts';
import { languageError, readLanguage } from '../../protocol/language.ts';

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
  readonly models: Pick<Engines, 'names' | 'has'>;
}

/** Decides whether a session may begin. */
export function answerHandshake(query: HandshakeQuery, state: HandshakeState): HandshakeAnswer {
  if (state.isDraining) {
    return refuse('session_limit', 'the server is shutting down', closeCodes.tryAgainLater);
  }
  if (state.sessions >= state.maxSessions) {
    return refuse('session_limit', `all ${state.maxSessions} sessions are taken`, closeCodes.tryAgainLater);
  }
  if (!query.model) {
    return refuse('model_required', `name a model: /v1/realtime?model=NAME (${offer(state)})`);
  }
  if (!state.models.has(query.model)) {
    return refuse('model_not_found', `no model "${query.model.slice(0, 64)}" (${offer(state)})`);
  }
  const language = readLanguage(query.language || 'auto');
  if (language === undefined) return refuse('validation_error', `language: ${languageError}`);
  return { ok: true, model: query.model, language };
}

function offer({ models }: HandshakeState): string {
  return `available: ${models.names.join(', ') || 'none'}`;
}

function refuse(
  code: ErrorCode,
  message: string,
  closeCode: CloseCode = closeCodes.policyViolation,
): HandshakeAnswer {
  return { ok: false, code, message, closeCode };
}
