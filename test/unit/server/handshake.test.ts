import { describe, expect, it } from 'vitest';
import { answerHandshake, type HandshakeState } from '#theo/server/realtime/handshake.js';

const state: HandshakeState = {
  isDraining: false,
  sessions: 0,
  maxSessions: 2,
  models: {
    names: ['theo-demo', 'whisper-tiny'],
    has: (name) => ['theo-demo', 'whisper-tiny', 'faster-whisper-tiny'].includes(name),
  },
};
const query = { model: 'theo-demo', language: undefined };

describe('answerHandshake', () => {
  it('lets a client in that names a model, or an alias of one', () => {
    expect(answerHandshake(query, state)).toEqual({ ok: true, model: 'theo-demo', language: null });
    expect(answerHandshake({ ...query, model: 'faster-whisper-tiny' }, state)).toMatchObject({ ok: true });
  });

  it.each([
    ['pt', 'pt'],
    ['pt-BR', 'pt'],
    ['PT', 'pt'],
    ['mixed', null],
    ['auto', null],
    ['', null],
  ])('takes the language %j for %j', (language, resolved) => {
    expect(answerHandshake({ ...query, language }, state)).toMatchObject({ ok: true, language: resolved });
  });

  it.each([undefined, ''])('refuses the model %j with 1008, naming what there is', (model) => {
    const answer = answerHandshake({ ...query, model }, state);
    expect(answer).toMatchObject({ ok: false, code: 'model_required', closeCode: 1008 });
    expect(answer).toMatchObject({ message: expect.stringContaining('theo-demo, whisper-tiny') });
  });

  it('refuses a model that it does not have with 1008, and repeats no more than 64 characters of it', () => {
    const answer = answerHandshake({ ...query, model: 'x'.repeat(5000) }, state);
    expect(answer).toMatchObject({ ok: false, code: 'model_not_found', closeCode: 1008 });
    expect(answer.ok ? 0 : answer.message.length).toBeLessThan(200);
    const none = { names: [], has: () => false };
    expect(answerHandshake({ ...query, model: 'nope' }, { ...state, models: none })).toMatchObject({
      message: 'no model "nope" (available: none)',
    });
  });

  it.each(['english', 'e', 'p1', 'pt-'])('refuses the language %j with 1008', (language) => {
    expect(answerHandshake({ ...query, language }, state)).toMatchObject({
      ok: false,
      code: 'validation_error',
      closeCode: 1008,
    });
  });

  it('turns away with 1013 what does not fit, and everybody while it drains', () => {
    expect(answerHandshake(query, { ...state, sessions: 1 })).toMatchObject({ ok: true });
    for (const full of [
      { ...state, sessions: 2 },
      { ...state, isDraining: true },
    ]) {
      expect(answerHandshake(query, full)).toMatchObject({
        ok: false,
        code: 'session_limit',
        closeCode: 1013,
      });
    }
  });
});
